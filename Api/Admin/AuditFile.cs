using System.Globalization;
using System.Text;
using System.Text.Json;
using Ax2.Http;

namespace Ax2.Admin;

/// <summary>The audit log as a file, written page by page.</summary>
internal abstract class AuditFile(string name, string contentType, string begin)
{
    internal static readonly AuditFile Csv = new CsvFile();

    /// <param name="json">How the API writes everything else.</param>
    internal static AuditFile Ndjson(JsonSerializerOptions json) => new NdjsonFile(json);

    internal string Name => name;

    internal string ContentType => contentType;

    internal ReadOnlyMemory<byte> Begin { get; } = Encoding.UTF8.GetBytes(begin);

    internal ReadOnlyMemory<byte> Write(IEnumerable<AuditEntry> entries)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            text.Append(Line(entry));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    protected abstract string Line(AuditEntry entry);

    /// <summary>It begins with a byte order mark: without it spreadsheets read Korean as something else.</summary>
    private sealed class CsvFile() : AuditFile(
        "audit.csv", Http.Csv.ContentType, "\uFEFFnumber,time,act,phase,actor,action,target,address,content\r\n")
    {
        protected override string Line(AuditEntry entry) => string.Join(
            ',', entry.Number.ToString(CultureInfo.InvariantCulture),
            entry.At.UtcDateTime.ToString("o", CultureInfo.InvariantCulture), entry.ActId, entry.Phase,
            Http.Csv.Text(entry.Actor), Http.Csv.Text(entry.Action), Http.Csv.Text(entry.Target),
            Http.Csv.Text(entry.Address), Http.Csv.Text(entry.Content)) + "\r\n";
    }

    private sealed class NdjsonFile(JsonSerializerOptions json) : AuditFile("audit.ndjson", "application/x-ndjson", "")
    {
        protected override string Line(AuditEntry entry) =>
            JsonSerializer.Serialize(AuditEntryResponse.From(entry), json) + "\n";
    }
}
