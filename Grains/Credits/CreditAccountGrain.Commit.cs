using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Ax2.Credits;

/// <summary>
/// Group commit: while one commit is on its way, the next batch gathers. The working copy becomes the account only when
/// it is durable, and only then are the callers answered.
/// </summary>
public sealed partial class CreditAccountGrain
{
    private const int PatienceShare = 3;

    /// <summary>Timers are no finer.</summary>
    private static readonly TimeSpan MinPatience = TimeSpan.FromMilliseconds(1);

    private readonly List<WaitingCommand> _waiting = [];
    private Task _committing = Task.CompletedTask;

    /// <summary>Set while the loop waits for as many commands as the last batch had.</summary>
    private TaskCompletionSource? _gathered;
    private int _expected;

    /// <summary>Null when memory cannot be trusted: the next to need it reads it anew.</summary>
    private StoredAccount? _account;

    /// <summary>Another activation owns the account; this one only waits for its end.</summary>
    private bool _isFencedOff;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Load();

    private async Task<StoredAccount> Load()
    {
        if (_account is null)
        {
            var found = await store.LoadAsync(AccountId, CancellationToken.None);
            // Whoever else loaded meanwhile may have committed since.
            _account ??= found;
        }

        return _account;
    }

    /// <summary>What cannot be looked up must not join: it would fail the others.</summary>
    private Task<CreditAnswer> Submit(ICreditCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Ledger.RefuseOperationId(command) is { } refusal
            ? Task.FromResult(new CreditAnswer(_account?.State.Balance ?? CreditBalance.Zero, refusal))
            : Enqueue(command);
    }

    /// <summary>Null asks for nothing but that what is due is booked.</summary>
    private Task<CreditAnswer> Enqueue(ICreditCommand? command)
    {
        if (_isFencedOff)
        {
            return Task.FromException<CreditAnswer>(Unknown());
        }

        if (_waiting.Count >= options.Value.MaxWaitingCommands)
        {
            return Task.FromResult(Busy());
        }

        var waiting = new WaitingCommand(command);
        _waiting.Add(waiting);
        if (_waiting.Count >= _expected)
        {
            _gathered?.TrySetResult();
        }

        if (_committing.IsCompleted)
        {
            _committing = CommitWaiting();
        }

        return waiting.Answer.Task;
    }

    private async Task CommitWaiting()
    {
        // Those who call at this moment still come along.
        await Task.Yield();
        while (_waiting.Count > 0)
        {
            var started = time.GetTimestamp();
            var batch = _waiting.Take(options.Value.MaxBatchCommands).ToImmutableArray();
            _waiting.RemoveRange(0, batch.Length);
            try
            {
                Complete(batch, await Commit([.. batch.Select(w => w.Command).OfType<ICreditCommand>()]));
            }
            catch (Exception e)
            {
                LogCommitFailed(AccountId, batch.Length, e);
                _account = null;
                Fail(batch);
            }

            _expected = batch.Length;
            await Gather(time.GetElapsedTime(started) / PatienceShare);
        }
    }

    /// <summary>
    /// Those who were just answered often call again at once. Without waiting for them, callers split into two halves
    /// that take turns, and each commit carries half of what it could. The wait is a small share of the last commit,
    /// and it ends when as many wait as were answered: a caller who is alone is never kept.
    /// </summary>
    private async Task Gather(TimeSpan patience)
    {
        if (_waiting.Count >= _expected || patience < MinPatience)
        {
            await Task.Yield();
            return;
        }

        _gathered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Task.WhenAny(_gathered.Task, Task.Delay(patience, time));
        _gathered = null;
    }

    private async Task<ImmutableArray<CreditAnswer>> Commit(ImmutableArray<ICreditCommand> commands)
    {
        var account = await Load();
        var facts = await LookUpAbsentHolds(account.State, commands);
        var hasLookedUpAll = false;
        while (true)
        {
            var batch = Ledger.Fold(account.State, commands, facts, time.GetUtcNow(), options.Value);
            if (batch.IsEmpty)
            {
                return batch.Answers;
            }

            var commit = new CreditCommit(Guid.CreateVersion7(time.GetUtcNow()), account.Version, batch);
            switch (await Store(commit))
            {
                case CommitOutcome.Committed:
                    _account = new StoredAccount(batch.State, account.Version + 1, commit.BatchId);
                    return batch.Answers;
                case CommitOutcome.Repeated when !hasLookedUpAll:
                    facts = await LookUpAll(commands);
                    hasLookedUpAll = true;
                    break;
                default:
                    throw LeaveToOwner();
            }
        }
    }

    /// <summary>
    /// Nobody needs to know beforehand whether an operation id or a new hold is a repeat, because the commit finds out.
    /// Only what refers to a hold that is not open must be looked up: it was resolved, or never was.
    /// </summary>
    private Task<LedgerFacts> LookUpAbsentHolds(LedgerState state, ImmutableArray<ICreditCommand> commands)
    {
        var news = commands.OfType<ReserveCredits>().Select(c => c.HoldId).ToHashSet();
        var isAnyAbsent = commands.Where(c => c is not ReserveCredits)
            .Select(HoldOf).Any(id => id is { } hold && !state.Holds.ContainsKey(hold) && !news.Contains(hold));
        return isAnyAbsent ? LookUpAll(commands) : Task.FromResult(LedgerFacts.None);
    }

    private Task<LedgerFacts> LookUpAll(ImmutableArray<ICreditCommand> commands) => store.LookUpAsync(
        AccountId,
        [.. commands.Select(c => c.OperationId).Distinct()],
        [.. commands.Select(HoldOf).OfType<Guid>().Distinct()],
        CancellationToken.None);

    private static Guid? HoldOf(ICreditCommand command) => command switch
    {
        ReserveCredits c => c.HoldId,
        ExtendHold c => c.HoldId,
        SettleHold c => c.HoldId,
        ReleaseHold c => c.HoldId,
        RefundCharge c => c.HoldId,
        _ => null,
    };

    /// <summary>A commit whose reply was lost is settled by reading, never by guessing.</summary>
    private async Task<CommitOutcome> Store(CreditCommit commit)
    {
        try
        {
            return await store.CommitAsync(commit, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogCommitUnknown(AccountId, commit.BatchId, e);
            _account = null;
        }

        var found = await store.LoadAsync(AccountId, CancellationToken.None);
        if (found.LastBatchId == commit.BatchId)
        {
            return CommitOutcome.Committed;
        }

        if (found.Version != commit.ExpectedVersion)
        {
            return CommitOutcome.Fenced;
        }

        // The first may still be on its way in the database. It is the very same batch, so the fence lets one of the
        // two through, and it does not matter which.
        var outcome = await store.CommitAsync(commit, CancellationToken.None);
        found = outcome == CommitOutcome.Committed ? found : await store.LoadAsync(AccountId, CancellationToken.None);
        return found.LastBatchId == commit.BatchId ? CommitOutcome.Committed : outcome;
    }

    private OrleansException LeaveToOwner()
    {
        LogFencedOff(AccountId);
        _isFencedOff = true;
        Fail([.. _waiting]);
        _waiting.Clear();
        DeactivateOnIdle();
        return Unknown();
    }

    private static void Complete(ImmutableArray<WaitingCommand> batch, ImmutableArray<CreditAnswer> answers)
    {
        var next = 0;
        foreach (var waiting in batch)
        {
            waiting.Answer.SetResult(waiting.Command is null ? Nothing : answers[next++]);
        }
    }

    private static void Fail(ImmutableArray<WaitingCommand> batch)
    {
        foreach (var waiting in batch)
        {
            waiting.Answer.SetException(Unknown());
        }
    }

    private static CreditAnswer Nothing { get; } = new(CreditBalance.Zero, null);

    private static OrleansException Unknown() =>
        new("The outcome of this command is not known. Repeat it with the same operation id.");

    private CreditAnswer Busy() => new(
        _account?.State.Balance ?? CreditBalance.Zero,
        new Refusal(CreditRefusals.AccountBusy, "Too many commands wait for this account. Try again in a moment."));

    private sealed record WaitingCommand(ICreditCommand? Command)
    {
        public TaskCompletionSource<CreditAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(3001, LogLevel.Warning, "{Count} commands of account {AccountId} have no known outcome.")]
    private partial void LogCommitFailed(Guid accountId, int count, Exception exception);

    [LoggerMessage(3002, LogLevel.Warning, "The reply to batch {BatchId} of account {AccountId} was lost; reading it.")]
    private partial void LogCommitUnknown(Guid accountId, Guid batchId, Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "Account {AccountId} is owned by another activation; this one leaves.")]
    private partial void LogFencedOff(Guid accountId);
}
