using System.Globalization;
using System.Text;
using Npgsql;

namespace Ax2.Credits;

/// <summary>The text of a page of entries: only the filters that are set, so that each has its index.</summary>
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
        Filter("sequence <", query.Before);
        Filter("hold_id =", query.HoldId);
        Filter("occurred_at >=", query.From?.ToUniversalTime());
        Filter("occurred_at <", query.Until?.ToUniversalTime());
        if (query.Kind is { } kind)
        {
            parameters.Add(new NpgsqlParameter<string> { TypedValue = kind.ToString() });
            text.Append(CultureInfo.InvariantCulture, $" AND kind = ${parameters.Count}");
        }

        // Times grow with the sequence, so both orders are the same one.
        text.Append(query.From is null && query.Until is null
            ? " ORDER BY sequence DESC"
            : " ORDER BY occurred_at DESC, sequence DESC");
        text.Append(CultureInfo.InvariantCulture, $" LIMIT {query.Limit}");
        command.CommandText = text.ToString();

        void Filter<T>(string comparison, T? value)
            where T : struct
        {
            if (value is { } given)
            {
                parameters.Add(new NpgsqlParameter<T> { TypedValue = given });
                text.Append(CultureInfo.InvariantCulture, $" AND {comparison} ${parameters.Count}");
            }
        }
    }
}
