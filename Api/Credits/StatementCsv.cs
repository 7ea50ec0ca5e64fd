using System.Globalization;
using System.Text;

namespace Ax2.Credits;

/// <summary>
/// A statement for spreadsheets (RFC 4180): the opening balance, the entries, the closing balance. Texts that a
/// spreadsheet would take for a formula are kept from being one.
/// </summary>
internal static class StatementCsv
{
    internal const string ContentType = "text/csv; charset=utf-8";

    /// <summary>Without the mark, spreadsheets read Korean as something else.</summary>
    private static readonly UTF8Encoding WithMark = new(encoderShouldEmitUTF8Identifier: true);

    internal static byte[] Write(CreditStatement statement)
    {
        var text = new StringBuilder(
            "sequence,time,kind,available_change,held_change,available,held,operation,hold,reason\r\n");
        Line(text, "", statement.From, "Opening", "", "", statement.Opening);
        foreach (var entry in statement.Entries)
        {
            Line(
                text, Number(entry.Sequence), entry.OccurredAt, entry.Kind.ToString(), Number(entry.Change.Available),
                Number(entry.Change.Held), entry.Balance, entry.OperationId, entry.HoldId?.ToString(), entry.Reason);
        }

        Line(text, "", statement.Until, "Closing", "", "", statement.Closing);
        return [.. WithMark.Preamble, .. WithMark.GetBytes(text.ToString())];
    }

    private static void Line(
        StringBuilder text, string sequence, DateTimeOffset time, string kind, string available, string held,
        CreditBalance balance, string? operation = null, string? hold = null, string? reason = null) =>
        text.AppendJoin(
            ',', sequence, time.UtcDateTime.ToString("o", CultureInfo.InvariantCulture), kind, available, held,
            Number(balance.AvailableCredits), Number(balance.HeldCredits), Text(operation), hold, Text(reason))
            .Append("\r\n");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        var safe = "=+-@\t\r".Contains(value[0], StringComparison.Ordinal) ? "'" + value : value;
        return '"' + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
    }
}
