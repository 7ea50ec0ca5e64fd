using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Dashboard;

namespace Ax2.Credits;

/// <summary>
/// Answers for one account. Calls interleave: <see cref="GroupCommit{TCommand, TAnswer}"/> gathers the commands,
/// <see cref="LedgerCommit"/> folds them into the pure <see cref="Ledger"/> and stores them. Reads see what was last
/// stored.
/// </summary>
[Reentrant, NoProfiling]
public sealed partial class CreditAccountGrain : Grain, ICreditAccountGrain
{
    /// <summary>What one message to the API should carry at most.</summary>
    private const int MaxStatementEntries = 10_000;
    private const int MaxPageEntries = 500;
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    private readonly StoredState<CreditAccountState> _account;
    private readonly ICreditHistory _history;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GroupCommit<ICreditCommand?, CreditAnswer> _commits;

    public CreditAccountGrain(
        [StoredState(CreditAccountState.Name, CreditAccountState.Storage)] StoredState<CreditAccountState> account,
        ICreditHistory history,
        IOptions<CreditsOptions> options,
        TimeProvider time,
        ILogger<CreditAccountGrain> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_account, _history, _time, _logger) = (account, history, time, logger);
        var limits = options.Value;
        _commits = new GroupCommit<ICreditCommand?, CreditAnswer>(
            new LedgerCommit(account, history, limits, time, logger).CommitAsync, Leave,
            limits.MaxWaitingCommands, limits.MaxBatchCommands, time);
    }

    private Guid AccountId => this.GetPrimaryKey();

    private CreditBalance Balance => _account.Value.Ledger.Balance;

    public Task<CreditAnswer> Grant(GrantCredits command) => Submit(command);

    public Task<CreditAnswer> Reserve(ReserveCredits command) => Submit(command);

    public Task<CreditAnswer> ExtendHold(ExtendHold command) => Submit(command);

    public Task<CreditAnswer> Settle(SettleHold command) => Submit(command);

    public Task<CreditAnswer> Release(ReleaseHold command) => Submit(command);

    public Task<CreditAnswer> Refund(RefundCharge command) => Submit(command);

    public Task<CreditAnswer> Adjust(AdjustCredits command) => Submit(command);

    public Task<CreditAnswer> Freeze(FreezeAccount command) => Submit(command);

    public Task<CreditAnswer> Close(CloseAccount command) => Submit(command);

    public Task BookDue() => Read();

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
        return await _history.ListEntriesAsync(AccountId, query, CancellationToken.None);
    }

    public async Task<CreditStatement> GetStatement(DateTimeOffset from, DateTimeOffset until)
    {
        await Read();
        var query = new CreditEntryQuery(MaxStatementEntries, From: from, Until: until);
        var page = await _history.ListEntriesAsync(AccountId, query, CancellationToken.None);
        var opening = await BalanceBefore(from);
        return new CreditStatement(
            from,
            until,
            opening,
            [.. page.Entries.Reverse()],
            page.Entries is [var last, ..] ? last.Balance : opening,
            page.NextBefore is null);
    }

    public async Task<CreditBalance> GetBalanceAt(DateTimeOffset time)
    {
        await Read();
        return await BalanceBefore(time + Microsecond);
    }

    private async Task<CreditBalance> BalanceBefore(DateTimeOffset until)
    {
        var page = await _history.ListEntriesAsync(
            AccountId, new CreditEntryQuery(1, Until: until), CancellationToken.None);
        return page.Entries is [var last] ? last.Balance : CreditBalance.Zero;
    }

    /// <summary>What was last stored, after what is due was booked.</summary>
    private async Task<LedgerState> Read()
    {
        if (_account.Value.Ledger.NextDueAt <= _time.GetUtcNow())
        {
            await Enqueue(null);
        }

        return _account.Value.Ledger;
    }

    /// <summary>A command whose id cannot be looked up must not join the others: it would fail them.</summary>
    private Task<CreditAnswer> Submit(ICreditCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Ledger.RefuseOperationId(command) is { } refusal
            ? Task.FromResult(new CreditAnswer(Balance, refusal))
            : Enqueue(command);
    }

    private Task<CreditAnswer> Enqueue(ICreditCommand? command) => _commits.IsFull
        ? Task.FromResult(new CreditAnswer(Balance, new Refusal(
            CreditRefusals.AccountBusy, "Too many commands wait for this account. Try again in a moment.")))
        : _commits.AddAsync(command);

    /// <summary>Storage and memory may differ, or another activation owns the account: the next one reads it.</summary>
    private OrleansException Leave(Exception fault)
    {
        LogCommitFailed(AccountId, fault);
        DeactivateOnIdle();
        return fault as StorageFaultException ?? new OrleansException(
            "The outcome of this command is not known. Repeat it with the same operation id.");
    }

    [LoggerMessage(
        3001, LogLevel.Warning, "A commit of account {AccountId} has no known outcome; the activation ends.")]
    private partial void LogCommitFailed(Guid accountId, Exception exception);
}
