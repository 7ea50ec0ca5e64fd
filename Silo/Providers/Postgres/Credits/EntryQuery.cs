using System.Globalization;
using Npgsql;

namespace Ax2.Credits;

/// <summary>
/// A page of entries: only the filters that are set. Times grow with the sequence, so a period is a range of the
/// primary key. Sequences have no gaps, so what a page of a kind or hold may look at is a range, too.
/// </summary>
internal static class EntryQuery
{
    /// <summary>After the columns of the entry: the lowest sequence looked at, when there are more below.</summary>
    private const int RestColumn = 17;

    internal static void Write(NpgsqlCommand command, Guid accountId, CreditEntryQuery query)
    {
        var isFiltered = query.Kind is not null || query.HoldId is not null;
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = accountId });
        const string At = ", ax2.credit_sequence_at($1, {0})";
        var from = If(query.From?.ToUniversalTime(), At);
        var until = If(query.Before, ", {0}") + If(query.Until?.ToUniversalTime(), At);
        var low = isFiltered ? $"greatest(first, high - {ICreditHistory.MaxFilteredEntries})" : "first";
        var filters = If(query.HoldId, " AND hold_id = {0}");
        if (query.Kind is { } kind)
        {
            parameters.Add(new NpgsqlParameter<string> { TypedValue = kind.ToString() });
            filters += $" AND kind = ${parameters.Count}";
        }

        command.CommandText = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            WITH period AS MATERIALIZED (
                SELECT greatest(1{from}) AS first, least(sequence + 1{until}) AS high
                FROM ax2.credit_accounts WHERE account_id = $1
            ), searched AS (
                SELECT first, high, {low} AS low FROM period
            )
            SELECT entry.*, CASE WHEN low > first THEN low END
            FROM searched LEFT JOIN LATERAL (
                SELECT sequence, occurred_at, kind, operation_id, hold_id, grant_number, available, held, issued,
                    consumed, expired, refunded, available_after, held_after, actor, reason, hash
                FROM ax2.credit_entries
                WHERE account_id = $1 AND sequence >= low AND sequence < high{filters}
                ORDER BY sequence DESC LIMIT {query.Limit + 1}
            ) AS entry ON true
            ORDER BY sequence DESC
            """);

        string If<T>(T? value, string text)
            where T : struct
        {
            if (value is not { } given)
            {
                return "";
            }

            parameters.Add(new NpgsqlParameter<T> { TypedValue = given });
            return text.Replace("{0}", $"${parameters.Count}", StringComparison.Ordinal);
        }
    }

    internal static async Task<CreditEntryPage> ReadAsync(
        NpgsqlDataReader rows, CreditEntryQuery query, CancellationToken cancellationToken)
    {
        var (entries, rest) = (new List<CreditEntry>(), (long?)null);
        while (await rows.ReadAsync(cancellationToken))
        {
            rest = rows.IsDBNull(RestColumn) ? null : rows.GetInt64(RestColumn);
            if (!rows.IsDBNull(0))
            {
                entries.Add(CreditRows.Entry(rows));
            }
        }

        // One more than asked for shows that there is a next page.
        return entries.Count > query.Limit
            ? new CreditEntryPage([.. entries.Take(query.Limit)], entries[query.Limit - 1].Sequence)
            : new CreditEntryPage([.. entries], rest);
    }
}
