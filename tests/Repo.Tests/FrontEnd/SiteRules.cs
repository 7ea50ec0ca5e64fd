using System.Text.RegularExpressions;

namespace Ax2.FrontEnd;

/// <summary>What every file of the page keeps to. A rule answers its violations, none when the file is sound.</summary>
internal static partial class SiteRules
{
    private const int MaxLines = 300;
    private const int MaxColumns = 120;

    /// <summary>The first line says what the file owns.</summary>
    public static IEnumerable<string> OpensWithItsPurpose(SiteFile file)
    {
        var first = file.Text.Split('\n', 2)[0];
        var comment = file.Extension switch
        {
            ".js" => "// Owns ",
            ".css" => "/* Owns ",
            _ => "<!-- Owns ",
        };
        return first.Contains(comment, StringComparison.Ordinal) ? [] : [$"{file.Path}: no '{comment}…' in line 1"];
    }

    public static IEnumerable<string> IsSmall(SiteFile file)
    {
        var lines = file.Text.TrimEnd('\n').Split('\n');
        if (lines.Length > MaxLines)
        {
            yield return $"{file.Path}: {lines.Length} lines";
        }

        foreach (var (number, line) in lines.Index())
        {
            if (line.Length > MaxColumns && file.Extension != ".svg")
            {
                yield return $"{file.Path}:{number + 1}: {line.Length} columns";
            }
        }
    }

    /// <summary>Markup is never made from strings, and text is never run as code.</summary>
    public static IEnumerable<string> BuildsNoMarkupFromText(SiteFile file) =>
        file.IsScript ? Matches(file, MarkupFromText()) : [];

    /// <summary>What <c>default-src 'self'</c> forbids: inline script, style and handlers, and other hosts.</summary>
    public static IEnumerable<string> KeepsToTheContentPolicy(SiteFile file) => file.Extension switch
    {
        ".html" => Matches(file, InlineInHtml()).Concat(Matches(file, OtherHost())),
        ".js" => Matches(file, StyleAttribute()).Concat(Matches(file, OtherHost())),
        _ => Matches(file, OtherHost()),
    };

    /// <summary>Colours have names, and one file knows them.</summary>
    public static IEnumerable<string> TakesColoursFromTheTokens(SiteFile file) =>
        file.Extension == ".css" && file.Path != "css/tokens.css" ? Matches(file, Colour()) : [];

    /// <summary>Every import, link and source names a file that is there.</summary>
    public static IEnumerable<string> NamesOnlyFilesThatExist(SiteFile file, IReadOnlySet<string> paths) =>
        References(file)
            .Where(reference => !paths.Contains(reference.Target))
            .Select(reference => $"{file.Path}: {reference.Written} is no file");

    private static IEnumerable<(string Written, string Target)> References(SiteFile file)
    {
        var from = new Uri("http://site/" + file.Path);
        var pattern = file.IsScript ? ScriptReference() : HtmlReference();
        return file.Extension is ".js" or ".html"
            ? pattern.Matches(file.Text)
                .Select(match => match.Groups["path"].Value)
                .Select(path => (path, new Uri(from, path).AbsolutePath.TrimStart('/')))
            : [];
    }

    private static IEnumerable<string> Matches(SiteFile file, Regex pattern) =>
        pattern.Matches(file.Text).Select(match => $"{file.Path}: {match.Value.Trim()}");

    [GeneratedRegex(@"\b(?:innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|createContextualFragment|srcdoc
        |document\.write(?:ln)?|DOMParser|eval)\b|\bnew\s+Function\b|\bset(?:Timeout|Interval)\(\s*[""'`]",
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex MarkupFromText();

    [GeneratedRegex(@"<style\b|\sstyle\s*=|\son\w+\s*=|<script(?![^>]*\bsrc=)[^>]*>|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex InlineInHtml();

    // `style: "unit"` and `style: "percent"` are number formats.
    [GeneratedRegex(@"setAttribute\(\s*[""']style|\bstyle:(?!\s""(?:unit|percent)"")|\.cssText\b")]
    private static partial Regex StyleAttribute();

    [GeneratedRegex(@"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|color)\(|:\s*(?:white|black|red|gray)\b")]
    private static partial Regex Colour();

    // The namespace of SVG is a name and not an address.
    [GeneratedRegex(@"(?:https?:|wss?:|[""'(])//(?!www\.w3\.org/2000/svg)[\w.-]+")]
    private static partial Regex OtherHost();

    [GeneratedRegex(@"\bfrom\s+""(?<path>[^""]+)""|\bimport\s+""(?<path>[^""]+)""|\bsrc:\s*""(?<path>[^""]+)""")]
    private static partial Regex ScriptReference();

    [GeneratedRegex(@"\b(?:href|src)=""(?<path>[^""#]+)""")]
    private static partial Regex HtmlReference();
}
