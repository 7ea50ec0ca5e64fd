using System.Text;

namespace Ax2.Captions;

/// <summary>What may stand in a line of a cue: visible, well-formed Unicode, single spaces, no control characters.</summary>
internal static class CueText
{
    /// <summary>The text with each run of spaces, line ends and control characters as one space. May be empty.</summary>
    public static string OneLine(string text)
    {
        if (IsClean(text))
            return text;
        var clean = new StringBuilder(text.Length);
        var space = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSpace(rune))
            {
                space = clean.Length > 0;
                continue;
            }

            if (space)
                clean.Append(' ');
            space = false;
            clean.Append(rune);
        }

        return clean.ToString();
    }

    private static bool IsSpace(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.IsControl(rune);

    private static bool IsClean(string text) => text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
}
