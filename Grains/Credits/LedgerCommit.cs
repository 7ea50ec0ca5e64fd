using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Ax2.Credits;

/// <summary>
/// Folds commands into one account and stores the result. Calls must come one after the other. After an exception
/// nobody knows what is stored, and the activation must end.
/// </summary>
internal sealed partial class LedgerCommit(
    StoredState<CreditAccountState> account,
    ICreditHistory history,
    CreditsOptions options,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>
    /// A write whose outcome is unknown may still run in the database when it is sent again: it is the very same batch,
    /// so the fence lets one of the two through, and it does not matter which. The other one's fault is settled, too.
    /// </summary>
    private static readonly TimeSpan[] Repeats = [TimeSpan.Zero, TimeSpan.Zero];

    private static CreditAnswer Booked { get; } = new(CreditBalance.Zero, null);

    /// <summary>The answers, in the order of the commands. Null only asks that what is due is booked.</summary>
    public async Task<ImmutableArray<CreditAnswer>> CommitAsync(ImmutableArray<ICreditCommand?> commands)
    {
        ImmutableArray<ICreditCommand> given = [.. commands.OfType<ICreditCommand>()];
        var answers = await CommitGivenAsync(given);
        var next = 0;
        return given.Length == commands.Length
            ? answers
            : ImmutableArray.CreateRange(commands, command => command is null ? Booked : answers[next++]);
    }

    private async Task<ImmutableArray<CreditAnswer>> CommitGivenAsync(ImmutableArray<ICreditCommand> commands)
    {
        try
        {
            return await StoreAsync(commands, await LookUpAbsentHoldsAsync(commands));
        }
        catch (OperationKnownException)
        {
            return await StoreAsync(commands, await LookUpAllAsync(commands));
        }
    }

    private async Task<ImmutableArray<CreditAnswer>> StoreAsync(
        ImmutableArray<ICreditCommand> commands, LedgerFacts facts)
    {
        var before = account.Value;
        var batch = Ledger.Fold(before.Ledger, commands, facts, time.GetUtcNow(), options);
        if (!batch.IsEmpty)
        {
            var next = new CreditAccountState
            {
                Ledger = batch.State,
                BatchId = Guid.CreateVersion7(time.GetUtcNow()),
                Pending = batch,
            };
            await account.UpdateAsync(
                current => current.BatchId == before.BatchId ? next : throw new OwnerChangedException(
                    $"Another activation writes to the account {before.Ledger.AccountId}."),
                new WriteRecovery<CreditAccountState>(
                    stored => stored.BatchId == next.BatchId, _ => Repeats, time,
                    fault => LogWriteUnknown(before.Ledger.AccountId, next.BatchId, fault)));
        }

        return batch.Answers;
    }

    /// <summary>
    /// Nobody needs to know beforehand whether an operation id or a new hold is a repeat, because the storage refuses
    /// those. Only what refers to a hold that is not open must be looked up: it was resolved, or never was.
    /// </summary>
    private Task<LedgerFacts> LookUpAbsentHoldsAsync(ImmutableArray<ICreditCommand> commands)
    {
        var open = account.Value.Ledger.Holds;
        var reserved = commands.OfType<ReserveCredits>().Select(c => c.HoldId).ToHashSet();
        var isAnyAbsent = commands.OfType<IHoldCommand>().Any(c =>
            c is not ReserveCredits && !open.ContainsKey(c.HoldId) && !reserved.Contains(c.HoldId));
        return isAnyAbsent ? LookUpAllAsync(commands) : Task.FromResult(LedgerFacts.None);
    }

    private Task<LedgerFacts> LookUpAllAsync(ImmutableArray<ICreditCommand> commands) => history.LookUpAsync(
        account.Value.Ledger.AccountId,
        [.. commands.Select(c => c.OperationId).Distinct()],
        [.. commands.OfType<IHoldCommand>().Select(c => c.HoldId).Distinct()],
        CancellationToken.None);

    [LoggerMessage(
        3002, LogLevel.Warning, "Whether batch {BatchId} of account {AccountId} is stored is not known; reading it.")]
    private partial void LogWriteUnknown(Guid accountId, Guid batchId, Exception exception);
}
