using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// The rules of one account, pure: state, commands and time in; new state, answers and ledger entries out. What has
/// become due is booked first, in its own order and at its own time, so that it does not matter when somebody looks.
/// A refused command changes nothing but the memory of its answer, so that a repeat gets the same.
/// </summary>
public static class Ledger
{
    private const int OperationIdMaxLength = 200;

    /// <param name="facts">
    /// What was known before of these operation ids and of holds that are not in the state. Whoever leaves it out
    /// must make sure at the commit that nothing of it was known.
    /// </param>
    public static LedgerBatch Fold(
        LedgerState state,
        IEnumerable<ICreditCommand> commands,
        LedgerFacts facts,
        DateTimeOffset now,
        CreditsOptions options)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(commands);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(options);
        var work = new LedgerWork(state, facts.Holds, now, options);
        DueRules.Book(work);
        var answers = ImmutableArray.CreateBuilder<CreditAnswer>();
        var operations = new Dictionary<string, LedgerOperation>();
        foreach (var command in commands)
        {
            answers.Add(Answer(work, command, facts, operations));
        }

        return work.ToBatch(answers.DrainToImmutable(), [.. operations.Values]);
    }

    internal static Refusal? RefuseOperationId(ICreditCommand command) =>
        LedgerText.Refuse("operationId", command.OperationId, OperationIdMaxLength);

    private static CreditAnswer Answer(
        LedgerWork work,
        ICreditCommand command,
        LedgerFacts facts,
        Dictionary<string, LedgerOperation> operations)
    {
        if (RefuseOperationId(command) is { } invalid)
        {
            return new CreditAnswer(work.Balance, invalid);
        }

        var content = LedgerContent.Of(command);
        if (operations.TryGetValue(command.OperationId, out var known)
            || facts.Operations.TryGetValue(command.OperationId, out known))
        {
            return known.Content == content
                ? known.Answer
                : new CreditAnswer(work.Balance, Conflict(LedgerContent.Difference(known.Content, content)));
        }

        var refusal = Apply(work, command);
        var answer = new CreditAnswer(work.Balance, refusal);
        operations.Add(command.OperationId, new LedgerOperation(command.OperationId, content, answer));
        return answer;
    }

    /// <summary>Null when the command was carried out.</summary>
    private static Refusal? Apply(LedgerWork work, ICreditCommand command) => work.Status == AccountStatus.Closed
        ? new Refusal(CreditRefusals.AccountClosed, "This account is closed.")
        : command switch
        {
            GrantCredits grant => GrantRules.Grant(work, grant),
            ReserveCredits reserve => HoldRules.Reserve(work, reserve),
            ExtendHold extend => HoldRules.Extend(work, extend),
            SettleHold settle => HoldRules.Settle(work, settle),
            ReleaseHold release => HoldRules.Release(work, release),
            RefundCharge refund => GrantRules.Refund(work, refund),
            AdjustCredits adjust => OperatorRules.Adjust(work, adjust),
            FreezeAccount freeze => OperatorRules.Freeze(work, freeze),
            CloseAccount close => OperatorRules.Close(work, close),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };

    private static Refusal Conflict(string field) => new(
        CreditRefusals.OperationConflict, $"This operation id was used before with another value of \"{field}\".");
}
