using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Ax2.FrontEnd;

/// <summary>One key of the word table with what is written for each language, as source text.</summary>
internal sealed record MessageEntry(string Key, string English, string Korean);

/// <summary>Reads the messages and their uses from the scripts' text, so that the check needs no browser.</summary>
internal static partial class MessageTable
{
    public static ImmutableArray<MessageEntry> Read(string text) =>
        [.. Entry().Matches(text).Select(match => new MessageEntry(
            match.Groups["key"].Value, match.Groups["en"].Value.Trim(), match.Groups["ko"].Value.Trim()))];

    public static int CountKeys(string text) => Key().Count(text);

    /// <summary>The names in braces, in order: both languages must fill in the same ones.</summary>
    public static IEnumerable<string> Placeholders(string text) =>
        Placeholder().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Keys that are asked for by name.</summary>
    public static IEnumerable<string> UsedKeys(string script) =>
        LiteralUse().Matches(script).Select(match => match.Groups["key"].Value);

    /// <summary>Beginnings of keys whose end is a stage, a code, a unit: <c>`stage.${…}`</c>.</summary>
    public static IEnumerable<string> UsedPrefixes(string script) =>
        PrefixUse().Matches(script).Select(match => match.Groups["prefix"].Value);

    [GeneratedRegex(@"^  ""(?<key>[a-z0-9._]+)"": \{\s*en: (?<en>.+?),\s+ko: (?<ko>.+?),?\s*\},$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^  ""[^""]+"":", RegexOptions.Multiline)]
    private static partial Regex Key();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\bt\(""(?<key>[^""]+)""")]
    private static partial Regex LiteralUse();

    [GeneratedRegex(@"`(?<prefix>[a-z]+\.)\$\{")]
    private static partial Regex PrefixUse();
}
