using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Ax2.Credits;

/// <summary><see cref="ICreditHistory"/> in <c>ax2.credit_*</c>.</summary>
internal sealed class CreditHistory(NpgsqlDataSource database) : ICreditHistory
{
    private const string SelectOperations =
        """
        SELECT operation_id, content, answer FROM ax2.credit_operations
        WHERE account_id = $1 AND operation_id = ANY ($2)
        """;

    /// <summary>In the order of the partial index, whose condition the planner cannot see in a parameter.</summary>
    internal const string SelectDue =
        """
        SELECT account_id, next_due_at FROM ax2.credit_accounts
        WHERE next_due_at < 'infinity' AND next_due_at <= $1 AND (next_due_at, account_id) > ($2, $3)
        ORDER BY next_due_at, account_id LIMIT $4
        """;

    public async Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        CreditRows.Add(batch, SelectOperations, accountId)
            .Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. operationIds] });
        CreditRows.Add(batch, CreditRows.SelectHolds + " hold_id = ANY ($2)", accountId)
            .Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. holdIds] });
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var operations = ImmutableDictionary.CreateBuilder<string, LedgerOperation>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = rows.GetString(0);
            operations.Add(
                id, new LedgerOperation(id, rows.GetString(1), LedgerContent.ReadAnswer(rows.GetString(2))));
        }

        return new LedgerFacts(
            operations.ToImmutable(), await CreditRows.ReadNextHoldsAsync(rows, cancellationToken));
    }

    public async Task<CreditEntryPage> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        await using var command = database.CreateCommand();
        EntryQuery.Write(command, accountId, query);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await EntryQuery.ReadAsync(rows, query, cancellationToken);
    }

    public async IAsyncEnumerable<ImmutableArray<Guid>> ListDueAsync(
        DateTimeOffset until, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        var last = (AccountId: Guid.Empty, DueAt: DateTimeOffset.MinValue);
        while (await ReadDueAsync(until, last, pageSize, cancellationToken) is [.., var next] page)
        {
            yield return [.. page.Select(account => account.AccountId)];
            last = next;
        }
    }

    private async Task<List<(Guid AccountId, DateTimeOffset DueAt)>> ReadDueAsync(
        DateTimeOffset until,
        (Guid AccountId, DateTimeOffset DueAt) after,
        int limit,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(SelectDue);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = after.DueAt });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.AccountId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await CreditRows.ReadAllAsync(
            rows, row => (row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)), cancellationToken);
    }
}
