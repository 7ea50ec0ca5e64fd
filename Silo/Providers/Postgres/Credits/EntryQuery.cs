using System.Globalization;
using System.Text;
using Npgsql;

namespace Ax2.Credits;

/// <summary>
/// The text of a page of entries: only the filters that are set. Times grow with the sequence, so a period is a range
/// of the primary key.
/// </summary>
internal static class EntryQuery
{
    internal static void Write(NpgsqlCommand command, Guid accountId, CreditEntryQuery query)
    {
        var text = new StringBuilder(
            """
            SELECT sequence, occurred_at, kind, operation_id, hold_id, grant_number, available, held, issued, consumed,
                expired, refunded, available_after, held_after, actor, reason, hash
            FROM ax2.credit_entries WHERE account_id = $1
            """);
        var parameters = command.Parameters;
        parameters.Add(new NpgsqlParameter<Guid> { TypedValue = accountId });
        Filter("sequence < {0}", query.Before);
        Filter("hold_id = {0}", query.HoldId);
        Filter("sequence >= ax2.credit_sequence_at($1, {0})", query.From?.ToUniversalTime());
        Filter("sequence < ax2.credit_sequence_at($1, {0})", query.Until?.ToUniversalTime());
        if (query.Kind is { } kind)
        {
            parameters.Add(new NpgsqlParameter<string> { TypedValue = kind.ToString() });
            text.Append(CultureInfo.InvariantCulture, $" AND kind = ${parameters.Count}");
        }

        text.Append(CultureInfo.InvariantCulture, $" ORDER BY sequence DESC LIMIT {query.Limit}");
        command.CommandText = text.ToString();

        void Filter<T>(string condition, T? value)
            where T : struct
        {
            if (value is { } given)
            {
                parameters.Add(new NpgsqlParameter<T> { TypedValue = given });
                text.Append(" AND ").Append(condition.Replace("{0}", $"${parameters.Count}", StringComparison.Ordinal));
            }
        }
    }
}
