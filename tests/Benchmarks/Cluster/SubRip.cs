namespace Ax2.Benchmarks.Cluster;

/// <summary>Reads captions as SubRip.</summary>
internal static class SubRip
{
    /// <summary>The spoken words in their order, without numbers and times.</summary>
    public static string WordsOf(string subRip) => string.Join(' ', subRip
        .Split('\n')
        .Where(line => !line.Contains("-->", StringComparison.Ordinal))
        .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .Where(word => char.IsLetter(word[0])));
}
