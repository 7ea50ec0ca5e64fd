using System.Globalization;

namespace Ax2.Tests.Rules;

/// <summary>
/// Scripts only ever get more: numbered without a gap, never renumbered, never changed after a database has run them.
/// </summary>
internal static class SqlScripts
{
    /// <param name="names">For example <c>0001_jobs.sql</c>.</param>
    /// <param name="knownGaps">Numbers that no script has, for good.</param>
    internal static IEnumerable<string> CheckNumbers(IEnumerable<string> names, IReadOnlySet<int> knownGaps)
    {
        var expected = 1;
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            while (knownGaps.Contains(expected))
            {
                expected++;
            }

            var start = string.Create(CultureInfo.InvariantCulture, $"{expected:D4}_");
            if (!name.StartsWith(start, StringComparison.Ordinal))
            {
                yield return $"{name} stands where number {expected} does";
                yield break;
            }

            expected++;
        }
    }

    /// <param name="applied">Lines of <c>sha256sum</c>.</param>
    /// <param name="hashes">Of the scripts that are there, by name.</param>
    internal static IEnumerable<string> CheckHashes(string applied, IReadOnlyDictionary<string, string> hashes)
    {
        var known = applied.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split("  ")).ToDictionary(line => line[1], line => line[0]);
        foreach (var (name, hash) in known.Where(script => hashes.GetValueOrDefault(script.Key) != script.Value))
        {
            yield return hashes.ContainsKey(name) ? $"{name} was changed: add another script" : $"{name} is gone";
        }

        foreach (var name in hashes.Keys.Except(known.Keys).Order(StringComparer.Ordinal))
        {
            yield return $"{name} is new: add it to sql/applied.sha256";
        }
    }
}
