using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ax2.Postgres;

/// <param name="Name">For example <c>sql/orleans/0001_schema.sql</c>.</param>
internal sealed partial record MigrationScript(string Name, string Text)
{
    private const string NoTransaction = "-- ax2: no transaction";

    /// <summary>SHA-256 of the text with line feeds only: how a checkout ends its lines does not matter.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Text.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>
    /// False for a script that says so in its first line, since PostgreSQL refuses some statements in a transaction.
    /// Such a script may stop after any statement and is then run again from the start.
    /// </summary>
    public bool IsTransactional { get; } = Text.Split('\n')[0].TrimEnd() != NoTransaction;

    /// <summary>In their order. A semicolon in a comment, in quotes or between dollar signs ends none.</summary>
    public ImmutableArray<string> Statements =>
        [.. Statement().Matches(Text).Select(match => match.Value.Trim()).Where(text => text.Length > 0)];

    [GeneratedRegex("""(?>--[^\n]*|'[^']*'|"[^"]*"|(?<tag>\$\w*\$)[\s\S]*?\k<tag>|[^;])+""")]
    private static partial Regex Statement();
}

/// <summary>The files of <c>sql/</c>, as they were when this build was made.</summary>
internal static class MigrationScripts
{
    private static readonly ImmutableArray<string> Folders = ["sql/orleans/", "sql/app/"];

    /// <summary>Orleans' tables first, then ours; in each by name.</summary>
    public static ImmutableArray<MigrationScript> Embedded { get; } =
        [.. Folders.SelectMany(folder => Names(folder).Select(name => new MigrationScript(name, Read(name))))];

    private static IEnumerable<string> Names(string folder) =>
        typeof(MigrationScripts).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(MigrationScripts).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
