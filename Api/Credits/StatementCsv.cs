using System.Globalization;
using System.Text;
using Ax2.Http;

namespace Ax2.Credits;

/// <summary>
/// A statement for spreadsheets: the opening balance, the entries, the closing balance.
/// </summary>
internal static class StatementCsv
{
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
            Number(balance.AvailableCredits), Number(balance.HeldCredits), Csv.Text(operation), hold, Csv.Text(reason))
            .Append("\r\n");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
