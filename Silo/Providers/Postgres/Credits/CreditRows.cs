using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Npgsql;

namespace Ax2.Credits;

/// <summary>Rows of <c>ax2.credit_*</c> as the ledger knows them.</summary>
internal static class CreditRows
{
    /// <summary>To be followed by a condition.</summary>
    internal const string SelectHolds =
        """
        SELECT hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at, slices::text
        FROM ax2.credit_holds WHERE account_id = $1 AND
        """;

    /// <summary>Without grants and holds.</summary>
    internal static LedgerState Ledger(Guid accountId, NpgsqlDataReader row) => new(accountId)
    {
        Status = Enum.Parse<AccountStatus>(row.GetString(2)),
        Sequence = row.GetInt64(3),
        LastHash = Bytes(row, 4),
        Totals = Amounts(row, 5),
        Time = Time(row, 11),
        NextDueAt = Time(row, 12),
    };

    internal static CreditGrant Grant(NpgsqlDataReader row) =>
        new(
            row.GetInt64(0),
            Enum.Parse<CreditCategory>(row.GetString(1)),
            row.GetInt32(2),
            Time(row, 3),
            row.IsDBNull(4) ? null : Time(row, 4),
            row.GetInt64(5))
        {
            RemainingCredits = row.GetInt64(6),
            HeldCredits = row.GetInt64(7),
            IsEffective = row.GetBoolean(8),
            IsExpired = row.GetBoolean(9),
        };

    private static CreditHold Hold(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetInt64(2), row.GetInt64(3), Time(row, 6), Time(row, 7), Slices(row.GetString(8)))
        {
            Status = Enum.Parse<HoldStatus>(row.GetString(1)),
            ChargedCredits = row.GetInt64(4),
            RefundedCredits = row.GetInt64(5),
        };

    internal static CreditEntry Entry(NpgsqlDataReader row)
    {
        var (available, held) = (row.GetInt64(12), row.GetInt64(13));
        return new CreditEntry(
            row.GetInt64(0),
            Time(row, 1),
            Enum.Parse<EntryKind>(row.GetString(2)),
            Amounts(row, 6),
            new CreditBalance(available + held, held),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.IsDBNull(4) ? null : row.GetGuid(4),
            row.IsDBNull(5) ? null : row.GetInt64(5),
            row.IsDBNull(15) ? null : row.GetString(15),
            row.IsDBNull(14) ? null : row.GetString(14))
        {
            Hash = Bytes(row, 16),
        };
    }

    internal static NpgsqlBatchCommand Add(NpgsqlBatch batch, string text, Guid accountId)
    {
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = accountId });
        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>The next result: rows of <see cref="SelectHolds"/>.</summary>
    internal static async Task<ImmutableArray<CreditHold>> ReadNextHoldsAsync(
        NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        await rows.NextResultAsync(cancellationToken);
        return [.. await ReadAllAsync(rows, Hold, cancellationToken)];
    }

    /// <summary>The rows of the present result.</summary>
    internal static async Task<List<T>> ReadAllAsync<T>(
        NpgsqlDataReader rows, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            all.Add(read(rows));
        }

        return all;
    }

    private static CreditAmounts Amounts(NpgsqlDataReader row, int first) => new(
        row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), row.GetInt64(first + 3),
        row.GetInt64(first + 4), row.GetInt64(first + 5));

    private static DateTimeOffset Time(NpgsqlDataReader row, int column) =>
        row.GetFieldValue<DateTimeOffset>(column);

    private static ImmutableArray<byte> Bytes(NpgsqlDataReader row, int column) =>
        ImmutableCollectionsMarshal.AsImmutableArray(row.GetFieldValue<byte[]>(column));

    private static ImmutableArray<HoldSlice> Slices(string json)
    {
        using var slices = JsonDocument.Parse(json);
        return [.. slices.RootElement.EnumerateArray().Select(s => new HoldSlice(s[0].GetInt64(), s[1].GetInt64()))];
    }
}
