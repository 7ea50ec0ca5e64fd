namespace Ax2.TestKit.Speech;

/// <summary>
/// Words wrong, missing and added for each word spoken. Case, punctuation and hyphens do not count, and "Mr." is
/// "mister".
/// </summary>
public static class WordErrorRate
{
    public static double Of(string spoken, string heard) => (double)Errors(spoken, heard) / Words(spoken).Length;

    /// <summary>The fewest words to change, add or take away to make one text of the other.</summary>
    public static int Errors(string spoken, string heard)
    {
        var (from, to) = (Words(spoken), Words(heard));
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            (var diagonal, row[0]) = (row[0], i);
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }

    public static string[] Words(string text)
    {
        var letters = text.ToLowerInvariant()
            .Select(c => c is '-' || char.IsWhiteSpace(c) ? ' ' : c)
            .Where(c => c == ' ' || char.IsLetterOrDigit(c));
        return [.. string.Concat(letters)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word == "mr" ? "mister" : word)];
    }
}
