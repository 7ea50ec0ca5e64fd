using System.Text.RegularExpressions;

namespace Ax2.Tests;

/// <summary>
/// Words that the project once had for what the field calls otherwise, and the field's word. Pure: path and text in,
/// findings out.
/// </summary>
internal static partial class Vocabulary
{
    private static readonly (string Private, string Standard)[] Words =
    [
        ("patience", "timeout"),
        ("reckon", "compute"),
        ("unsealing", "decrypting"),
        ("stand in line", "wait for a slot"),
        ("for ever", "forever"),
        ("of late\\b", "recent"),
        ("masthead", "header"),
        ("leash", "child process"),
        ("hasty", "fast"),
    ];

    internal static IEnumerable<string> Check(string path, string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = StoredNames().Replace(lines[i], "");
            foreach (var (word, standard) in Words)
            {
                if (Regex.IsMatch(line, $@"{word}(?!y)", RegexOptions.IgnoreCase))
                {
                    yield return $"{path}:{i + 1}: {word}, say {standard}";
                }
            }
        }
    }

    /// <summary>Configuration keys that keep the name that operators use.</summary>
    [GeneratedRegex("(Drain|Send|Start|Migration)Patience")]
    private static partial Regex StoredNames();
}
