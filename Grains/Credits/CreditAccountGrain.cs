using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Dashboard;

namespace Ax2.Credits;

/// <summary>
/// Answers for one account. Calls interleave: a command only joins the waiting list, and one loop in
/// <c>CreditAccountGrain.Commit.cs</c> folds all that wait into the pure <see cref="Ledger"/> and stores them in one
/// commit. Reads see the last durable state.
/// </summary>
[Reentrant, NoProfiling]
public sealed partial class CreditAccountGrain(
    ICreditStore store,
    IOptions<CreditsOptions> options,
    TimeProvider time,
    ILogger<CreditAccountGrain> logger) : Grain, ICreditAccountGrain
{
    /// <summary>What one message to the API should carry at most.</summary>
    private const int MaxStatementEntries = 10_000;
    private const int MaxPageEntries = 500;
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    private Guid AccountId => this.GetPrimaryKey();

    public Task<CreditAnswer> Grant(GrantCredits command) => Submit(command);

    public Task<CreditAnswer> Reserve(ReserveCredits command) => Submit(command);

    public Task<CreditAnswer> ExtendHold(ExtendHold command) => Submit(command);

    public Task<CreditAnswer> Settle(SettleHold command) => Submit(command);

    public Task<CreditAnswer> Release(ReleaseHold command) => Submit(command);

    public Task<CreditAnswer> Refund(RefundCharge command) => Submit(command);

    public Task<CreditAnswer> Adjust(AdjustCredits command) => Submit(command);

    public Task<CreditAnswer> Freeze(FreezeAccount command) => Submit(command);

    public Task<CreditAnswer> Close(CloseAccount command) => Submit(command);

    public async Task BookDue() => await Read();

    public async Task<CreditBalance> GetBalance() => (await Read()).Balance;

    public async Task<CreditSummary> GetSummary()
    {
        var state = await Read();
        var grants = state.Grants.Select(g => new GrantView(
            g.Number, g.Category, g.Priority, g.GrantedCredits, g.RemainingCredits, g.HeldCredits, g.EffectiveAt,
            g.ExpiresAt));
        var holds = state.Holds.Values.OrderBy(h => h.OpenedSequence)
            .Select(h => new HoldView(h.HoldId, h.Credits, h.OpenedAt, h.ExpiresAt));
        return new CreditSummary(state.Balance, state.Status, [.. grants], [.. holds]);
    }

    public async Task<CreditEntryPage> ListEntries(CreditEntryQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, MaxPageEntries);
        await Read();
        var entries = await store.ListEntriesAsync(
            AccountId, query with { Limit = query.Limit + 1 }, CancellationToken.None);
        return entries.Count > query.Limit
            ? new CreditEntryPage([.. entries.Take(query.Limit)], entries[query.Limit - 1].Sequence)
            : new CreditEntryPage([.. entries], null);
    }

    public async Task<CreditStatement> GetStatement(DateTimeOffset from, DateTimeOffset until)
    {
        await Read();
        var query = new CreditEntryQuery(MaxStatementEntries + 1, From: from, Until: until);
        var entries = await store.ListEntriesAsync(AccountId, query, CancellationToken.None);
        var opening = await BalanceBefore(from);
        return new CreditStatement(
            from,
            until,
            opening,
            [.. entries.Take(MaxStatementEntries).Reverse()],
            entries.Count > 0 ? entries[0].Balance : opening,
            entries.Count <= MaxStatementEntries);
    }

    public async Task<CreditBalance> GetBalanceAt(DateTimeOffset time)
    {
        await Read();
        return await BalanceBefore(time + Microsecond);
    }

    private async Task<CreditBalance> BalanceBefore(DateTimeOffset until)
    {
        var last = await store.ListEntriesAsync(
            AccountId, new CreditEntryQuery(1, Until: until), CancellationToken.None);
        return last.Count > 0 ? last[0].Balance : CreditBalance.Zero;
    }

    /// <summary>The last durable state, after what is due was booked.</summary>
    private async Task<LedgerState> Read()
    {
        var account = await Load();
        if (account.State.NextDueAt <= time.GetUtcNow())
        {
            await Enqueue(null);
            account = await Load();
        }

        return account.State;
    }
}
