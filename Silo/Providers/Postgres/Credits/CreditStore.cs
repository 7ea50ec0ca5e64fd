using System.Collections.Immutable;
using Npgsql;

namespace Ax2.Credits;

/// <summary><see cref="ICreditStore"/> in <c>ax2.credit_*</c>.</summary>
internal sealed class CreditStore(NpgsqlDataSource database) : ICreditStore
{
    private const string ReadAccount =
        """
        SELECT version, last_batch_id, status, sequence, last_hash, available, held, issued, consumed, expired,
            refunded, at, next_due_at
        FROM ax2.credit_accounts WHERE account_id = $1
        """;

    private const string ReadGrants =
        """
        SELECT grant_number, category, priority, effective_at, expires_at, granted, remaining, held, is_effective,
            is_expired
        FROM ax2.credit_grants
        WHERE account_id = $1 AND (remaining > 0 OR held > 0 OR NOT is_effective)
        """;

    private const string HoldColumns =
        """
        SELECT hold_id, status, opened_sequence, credits, charged, refunded, opened_at, expires_at, slices::text
        FROM ax2.credit_holds WHERE account_id = $1 AND
        """;

    private readonly CommitQueue _commits = new(new CommitWriter(database).WriteAsync);

    /// <remarks>
    /// The three reads may see different versions when another activation commits between them. The fence then stops
    /// whoever builds on that.
    /// </remarks>
    public async Task<StoredAccount> LoadAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        Add(batch, ReadAccount, accountId);
        Add(batch, ReadGrants, accountId);
        Add(batch, HoldColumns + " status = 'Open'", accountId);
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var account = await rows.ReadAsync(cancellationToken)
            ? CreditRows.Account(accountId, rows)
            : StoredAccount.New(accountId);
        await rows.NextResultAsync(cancellationToken);
        var grants = new List<CreditGrant>();
        while (await rows.ReadAsync(cancellationToken))
        {
            grants.Add(CreditRows.Grant(rows));
        }

        grants.Sort(CreditGrant.BurnOrder);
        await rows.NextResultAsync(cancellationToken);
        var holds = await ReadHoldsAsync(rows, cancellationToken);
        var state = account.State with { Grants = [.. grants], Holds = holds.ToImmutableDictionary(h => h.HoldId) };
        return account with { State = state };
    }

    public async Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        Add(batch, "SELECT operation_id, content, answer FROM ax2.credit_operations "
            + "WHERE account_id = $1 AND operation_id = ANY ($2)", accountId)
            .Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. operationIds] });
        Add(batch, HoldColumns + " hold_id = ANY ($2)", accountId)
            .Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. holdIds] });
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var operations = ImmutableDictionary.CreateBuilder<string, LedgerOperation>();
        while (await rows.ReadAsync(cancellationToken))
        {
            var id = rows.GetString(0);
            operations.Add(
                id, new LedgerOperation(id, rows.GetString(1), LedgerContent.ReadAnswer(rows.GetString(2))));
        }

        await rows.NextResultAsync(cancellationToken);
        return new LedgerFacts(operations.ToImmutable(), await ReadHoldsAsync(rows, cancellationToken));
    }

    public Task<CommitOutcome> CommitAsync(CreditCommit commit, CancellationToken cancellationToken) =>
        _commits.CommitAsync(commit);

    public async Task<IReadOnlyList<CreditEntry>> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand();
        EntryQuery.Write(command, accountId, query);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var entries = new List<CreditEntry>();
        while (await rows.ReadAsync(cancellationToken))
        {
            entries.Add(CreditRows.Entry(rows));
        }

        return entries;
    }

    private static async Task<ImmutableArray<CreditHold>> ReadHoldsAsync(
        NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var holds = ImmutableArray.CreateBuilder<CreditHold>();
        while (await rows.ReadAsync(cancellationToken))
        {
            holds.Add(CreditRows.Hold(rows));
        }

        return holds.ToImmutable();
    }

    private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string text, Guid accountId)
    {
        var command = new NpgsqlBatchCommand(text);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = accountId });
        batch.BatchCommands.Add(command);
        return command;
    }
}
