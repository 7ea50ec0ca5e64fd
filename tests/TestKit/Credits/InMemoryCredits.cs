using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Ax2.Credits;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Ax2.TestKit.Credits;

/// <summary>
/// Grain storage and history of credit accounts in memory, with the fence and the keys of the real one. Writes can be
/// held back, and calls can fail before or after they took effect.
/// </summary>
public sealed class InMemoryCredits : IGrainStorage, ICreditHistory
{
    private readonly ConcurrentDictionary<Guid, Account> _accounts = new();
    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<StorageFault>> _faults = new();
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _gates = new();

    /// <summary>What the next reads and writes of the account's state do instead of answering.</summary>
    public void Fail(Guid accountId, params IEnumerable<StorageFault> next) =>
        _faults[accountId] = new ConcurrentQueue<StorageFault>(next);

    /// <summary>How many writes of the account took effect.</summary>
    public long WritesOf(Guid accountId) => Of(accountId).Version;

    /// <summary>Writes of the account wait from now on, until <see cref="ContinueWrites"/>.</summary>
    public void PauseWrites(Guid accountId) =>
        _gates[accountId] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ContinueWrites(Guid accountId)
    {
        if (_gates.TryRemove(accountId, out var gate))
        {
            gate.SetResult();
        }
    }

    public IReadOnlyList<CreditEntry> Entries(Guid accountId) => Of(accountId).Entries;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var id = grainId.GetGuidKey();
        if (NextFault(id) is not null)
        {
            throw new IOException("The connection was lost.");
        }

        HandBack(Of(id), (IGrainState<CreditAccountState>)grainState);
        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var id = grainId.GetGuidKey();
        var state = (IGrainState<CreditAccountState>)grainState;
        var (next, version) = (state.State!, long.Parse(state.ETag ?? "0", CultureInfo.InvariantCulture));
        await (_gates.TryGetValue(id, out var gate) ? gate.Task : Task.CompletedTask);
        var fault = NextFault(id);
        if (fault == StorageFault.BeforeEffect)
        {
            throw new IOException("The connection was lost.");
        }

        var stored = Store(id, next, version);
        if (fault == StorageFault.AfterEffect)
        {
            throw new IOException("The connection was lost.");
        }

        HandBack(stored, state);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException();

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

    public Task<CreditEntryPage> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var period = Of(accountId).Entries.Reverse()
            .Where(e => (query.Before is null || e.Sequence < query.Before)
                && (query.From is null || e.OccurredAt >= query.From)
                && (query.Until is null || e.OccurredAt < query.Until))
            .ToList();
        var isFiltered = query.Kind is not null || query.HoldId is not null;
        var searched = isFiltered ? period.Take(ICreditHistory.MaxFilteredEntries).ToList() : period;
        var found = searched
            .Where(e => (query.Kind is null || e.Kind == query.Kind)
                && (query.HoldId is null || e.HoldId == query.HoldId))
            .ToList();
        ImmutableArray<CreditEntry> page = [.. found.Take(query.Limit)];
        return Task.FromResult(new CreditEntryPage(
            page,
            found.Count > page.Length ? page[^1].Sequence
            : searched.Count < period.Count ? searched[^1].Sequence : null));
    }

    public IAsyncEnumerable<ImmutableArray<Guid>> ListDueAsync(
        DateTimeOffset until, int pageSize, CancellationToken cancellationToken) =>
        _accounts
            .Select(account => (Id: account.Key, DueAt: account.Value.State.Ledger.NextDueAt))
            .Where(account => account.DueAt <= until)
            .OrderBy(account => account.DueAt)
            .Select(account => account.Id)
            .Chunk(pageSize)
            .Select(page => page.ToImmutableArray())
            .ToAsyncEnumerable();

    private Account Of(Guid accountId) => _accounts.GetOrAdd(accountId, Account.New);

    private StorageFault? NextFault(Guid accountId) =>
        _faults.TryGetValue(accountId, out var next) && next.TryDequeue(out var fault) ? fault : null;

    private Account Store(Guid id, CreditAccountState next, long version)
    {
        var batch = next.Pending!;
        while (true)
        {
            var account = Of(id);
            if (account.Version != version)
            {
                throw new InconsistentStateException($"The account has version {account.Version}.");
            }

            if (batch.Operations.Any(o => account.Operations.ContainsKey(o.OperationId))
                || batch.Holds.Any(h => h.OpenedSequence > account.State.Ledger.Sequence
                    && account.Holds.ContainsKey(h.HoldId)))
            {
                throw new OperationKnownException("The batch repeats what is stored.");
            }

            var changed = new Account(
                next with { Pending = null },
                version + 1,
                account.Entries.AddRange(batch.Entries),
                account.Operations.AddRange(batch.Operations.Select(o => KeyValuePair.Create(o.OperationId, o))),
                account.Holds.SetItems(batch.Holds.Select(h => KeyValuePair.Create(h.HoldId, h))));
            if (_accounts.TryUpdate(id, changed, account))
            {
                return changed;
            }
        }
    }

    private static void HandBack(Account account, IGrainState<CreditAccountState> state)
    {
        state.State = account.State;
        state.RecordExists = account.Version > 0;
        state.ETag = state.RecordExists ? account.Version.ToString(CultureInfo.InvariantCulture) : null;
    }

    private sealed record Account(
        CreditAccountState State,
        long Version,
        ImmutableList<CreditEntry> Entries,
        ImmutableDictionary<string, LedgerOperation> Operations,
        ImmutableDictionary<Guid, CreditHold> Holds)
    {
        public static Account New(Guid id) => new(
            new CreditAccountState { Ledger = new LedgerState(id) },
            0,
            [],
            ImmutableDictionary<string, LedgerOperation>.Empty,
            ImmutableDictionary<Guid, CreditHold>.Empty);
    }
}

public enum StorageFault
{
    BeforeEffect,
    AfterEffect,
}

public static class InMemoryCreditsRegistration
{
    public static IServiceCollection AddInMemoryCredits(this IServiceCollection services, InMemoryCredits credits) =>
        services.AddKeyedSingleton<IGrainStorage>(CreditAccountState.Storage, credits)
            .AddSingleton<ICreditHistory>(credits);
}
