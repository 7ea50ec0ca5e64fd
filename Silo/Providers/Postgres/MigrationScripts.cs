using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using DbUp.Engine;

namespace Ax2.Postgres;

/// <param name="Name"><c>sql/orleans/0001_schema.sql</c>: folder and number decide the order, by ordinal comparison.</param>
internal sealed record MigrationScript(string Name, string Text)
{
    /// <summary>SHA-256 of the text with line feeds only: how a checkout ends its lines does not matter.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(Text.Replace("\r\n", "\n", StringComparison.Ordinal))));

    public SqlScript ToSqlScript() => new(Name, Text);
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
