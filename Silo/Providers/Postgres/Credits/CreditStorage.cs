using System.Collections.Immutable;
using System.Globalization;
using Npgsql;
using Orleans.Storage;

namespace Ax2.Credits;

/// <summary>
/// Grain storage of <see cref="CreditAccountState"/> in <c>ax2.credit_*</c>: the account's row with its open grants and
/// holds is the state, and a batch becomes rows in the same transaction. The ETag is the row's version.
/// </summary>
internal sealed class CreditStorage(NpgsqlDataSource database) : IGrainStorage
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

    private readonly CommitQueue _commits = new(new CommitWriter(database).WriteAsync);

    /// <remarks>
    /// The three reads may see different versions when another activation commits between them. The fence then stops
    /// whoever builds on that.
    /// </remarks>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = AccountOf(grainState);
        var accountId = grainId.GetGuidKey();
        await using var batch = database.CreateBatch();
        CreditRows.Add(batch, ReadAccount, accountId);
        CreditRows.Add(batch, ReadGrants, accountId);
        CreditRows.Add(batch, CreditRows.SelectHolds + " status = 'Open'", accountId);
        await using var rows = await batch.ExecuteReaderAsync();
        state.RecordExists = await rows.ReadAsync();
        state.ETag = state.RecordExists ? ETag(rows.GetInt64(0)) : null;
        var batchId = state.RecordExists ? rows.GetGuid(1) : Guid.Empty;
        var ledger = state.RecordExists ? CreditRows.Ledger(accountId, rows) : new LedgerState(accountId);
        var grants = await ReadGrantsAsync(rows);
        var holds = await CreditRows.ReadNextHoldsAsync(rows, CancellationToken.None);
        state.State = new CreditAccountState
        {
            Ledger = ledger with { Grants = grants, Holds = holds.ToImmutableDictionary(h => h.HoldId) },
            BatchId = batchId,
        };
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = AccountOf(grainState);
        var version = state.ETag is { } etag ? long.Parse(etag, CultureInfo.InvariantCulture) : 0;
        switch (await _commits.CommitAsync(new CreditCommit(version, state.State!)))
        {
            case CommitOutcome.Committed:
                state.State = state.State! with { Pending = null };
                (state.ETag, state.RecordExists) = (ETag(version + 1), true);
                break;
            case CommitOutcome.Repeated:
                throw new OperationKnownException($"A batch of {grainId} repeats what is stored.");
            default:
                throw new InconsistentStateException(
                    $"The account {grainId} has another version than {version}.", "unknown", state.ETag ?? "");
        }
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException("Accounts are closed, never removed.");

    private static async Task<ImmutableArray<CreditGrant>> ReadGrantsAsync(NpgsqlDataReader rows)
    {
        await rows.NextResultAsync();
        // As the whole read: the storage interface has no token.
        var grants = await CreditRows.ReadAllAsync(rows, CreditRows.Grant, CancellationToken.None);
        grants.Sort(CreditGrant.BurnOrder);
        return [.. grants];
    }

    private static string ETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static IGrainState<CreditAccountState> AccountOf<T>(IGrainState<T> grainState) =>
        grainState as IGrainState<CreditAccountState>
            ?? throw new NotSupportedException($"{typeof(T)} is not the state of a credit account.");
}
