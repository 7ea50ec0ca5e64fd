using System.Text;

namespace Ax2.Captions;

/// <summary>What a line of a cue may contain: well-formed Unicode, single spaces, no control characters.</summary>
internal static class CueText
{
    /// <summary>The text with each run of spaces, line ends and control characters as one space.</summary>
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

    /// <summary>The lines of a cue as a file may hold them: none empty, none with a line end inside.</summary>
    public static List<string> VisibleLines(Cue cue) =>
        [.. cue.Lines.Select(OneLine).Where(line => line.Length > 0)];

    /// <summary>Between the times of a cue in a file; so its text must not contain it.</summary>
    public const string Arrow = " --> ";

    public static string WithoutArrows(string line) => line.Replace("-->", "→", StringComparison.Ordinal);

    private static bool IsSpace(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.IsControl(rune);

    private static bool IsClean(string text) => text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;
}
