using System.Collections.Concurrent;
using System.Collections.Immutable;
using Ax2.Credits;

namespace Ax2.TestKit.Credits;

/// <summary>
/// <see cref="ICreditStore"/> in memory, with the fence and the claims of the real one. Commits can be held up, and be
/// made to fail before or after they took effect.
/// </summary>
public sealed class InMemoryCreditStore : ICreditStore
{
    private readonly ConcurrentDictionary<Guid, Account> accounts = new();
    private TaskCompletionSource? gate;

    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<CommitFault>> faults = new();

    /// <summary>
    /// What the next commits of the account do instead of answering. Others go on: a job that another test left behind
    /// must not run into it.
    /// </summary>
    public void Fail(Guid accountId, params IEnumerable<CommitFault> next) =>
        faults[accountId] = new ConcurrentQueue<CommitFault>(next);

    /// <summary>How many commits of the account took effect.</summary>
    public long CommitsOf(Guid accountId) => Of(accountId).Stored.Version;

    /// <summary>Commits wait from now on, until <see cref="Release"/>.</summary>
    public void Hold() => gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => gate?.SetResult();

    public IReadOnlyList<CreditEntry> Entries(Guid accountId) => Of(accountId).Entries;

    public IReadOnlyCollection<CreditHold> Holds(Guid accountId) => [.. Of(accountId).Holds.Values];

    public Task<StoredAccount> LoadAsync(Guid accountId, CancellationToken cancellationToken) =>
        Task.FromResult(Of(accountId).Stored);

    public Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken)
    {
        var account = Of(accountId);
        return Task.FromResult(new LedgerFacts(
            account.Operations.Where(o => operationIds.Contains(o.Key)).ToImmutableDictionary(),
            [.. account.Holds.Values.Where(h => holdIds.Contains(h.HoldId))]));
    }

    public async Task<CommitOutcome> CommitAsync(CreditCommit commit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(commit);
        await (gate?.Task ?? Task.CompletedTask);
        if (!faults.TryGetValue(commit.Batch.State.AccountId, out var next) || !next.TryDequeue(out var fault))
        {
            return Commit(commit);
        }

        if (fault == CommitFault.AfterEffect)
        {
            Commit(commit);
        }

        throw new IOException("The connection was lost.");
    }

    public Task<IReadOnlyList<CreditEntry>> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Task.FromResult<IReadOnlyList<CreditEntry>>([.. Of(accountId).Entries.Reverse()
            .Where(e => (query.Before is null || e.Sequence < query.Before)
                && (query.Kind is null || e.Kind == query.Kind)
                && (query.HoldId is null || e.HoldId == query.HoldId)
                && (query.From is null || e.OccurredAt >= query.From)
                && (query.Until is null || e.OccurredAt < query.Until))
            .Take(query.Limit)]);
    }

    private Account Of(Guid accountId) =>
        accounts.GetOrAdd(
            accountId, id => new Account(StoredAccount.New(id), [], Account.NoOperations, Account.NoHolds));

    private CommitOutcome Commit(CreditCommit commit)
    {
        var batch = commit.Batch;
        var id = batch.State.AccountId;
        while (true)
        {
            var account = Of(id);
            if (account.Stored.Version != commit.ExpectedVersion)
            {
                return CommitOutcome.Fenced;
            }

            if (batch.Operations.Any(o => account.Operations.ContainsKey(o.OperationId))
                || batch.Holds.Any(h => h.OpenedSequence > account.Stored.State.Sequence
                    && account.Holds.ContainsKey(h.HoldId)))
            {
                return CommitOutcome.Repeated;
            }

            var next = new Account(
                new StoredAccount(batch.State, commit.ExpectedVersion + 1, commit.BatchId),
                account.Entries.AddRange(batch.Entries),
                account.Operations.AddRange(batch.Operations.Select(o => KeyValuePair.Create(o.OperationId, o))),
                account.Holds.SetItems(batch.Holds.Select(h => KeyValuePair.Create(h.HoldId, h))));
            if (accounts.TryUpdate(id, next, account))
            {
                return CommitOutcome.Committed;
            }
        }
    }

    private sealed record Account(
        StoredAccount Stored,
        ImmutableList<CreditEntry> Entries,
        ImmutableDictionary<string, LedgerOperation> Operations,
        ImmutableDictionary<Guid, CreditHold> Holds)
    {
        public static ImmutableDictionary<string, LedgerOperation> NoOperations { get; } =
            ImmutableDictionary<string, LedgerOperation>.Empty;

        public static ImmutableDictionary<Guid, CreditHold> NoHolds { get; } =
            ImmutableDictionary<Guid, CreditHold>.Empty;
    }
}

public enum CommitFault
{
    BeforeEffect,
    AfterEffect,
}
