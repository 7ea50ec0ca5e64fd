using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// The rules of one account, pure: state and command in, state and answer out. A refused command changes nothing but
/// the memory of its answer, so that a repeat hears the same.
/// </summary>
public static class Ledger
{
    /// <summary>
    /// How many answers an account remembers. Holds protect themselves (a resolved hold is gone and cannot be taken
    /// twice), so only a grant repeated after this many later commands would be carried out again.
    /// </summary>
    public const int RememberedOperations = 512;

    public static (CreditAccountState State, CreditAnswer Answer) Apply(CreditAccountState state, LedgerCommand command)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(command);
        var known = state.Operations.FirstOrDefault(o => o.OperationId == command.OperationId);
        if (known is not null)
        {
            return (state, known.Fingerprint == command.Fingerprint ? known.Answer : Conflict(state));
        }

        var (next, refusal) = command switch
        {
            LedgerCommand.Grant grant => Grant(state, grant),
            LedgerCommand.Reserve reserve => Reserve(state, reserve),
            LedgerCommand.Settle settle => Resolve(state, settle.HoldId, settle.Credits),
            LedgerCommand.Release release => Resolve(state, release.HoldId, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };
        var answer = new CreditAnswer(next.Balance, refusal);
        return (Remember(next, new LedgerOperation(command.OperationId, command.Fingerprint, answer)), answer);
    }

    private static (CreditAccountState, Refusal?) Grant(CreditAccountState state, LedgerCommand.Grant command)
    {
        if (command.Credits <= 0 || command.Credits > long.MaxValue - state.PostedCredits)
        {
            return (state, AmountInvalid(command.Credits));
        }

        return (state with { PostedCredits = state.PostedCredits + command.Credits }, null);
    }

    private static (CreditAccountState, Refusal?) Reserve(CreditAccountState state, LedgerCommand.Reserve command)
    {
        if (command.Credits <= 0)
        {
            return (state, AmountInvalid(command.Credits));
        }

        if (state.Holds.ContainsKey(command.HoldId))
        {
            return (state, new Refusal(CreditRefusals.OperationConflict, "This hold exists already."));
        }

        var available = state.Balance.AvailableCredits;
        return command.Credits > available
            ? (state, Insufficient(command.Credits, available))
            : (state with { Holds = state.Holds.Add(command.HoldId, command.Credits) }, null);
    }

    /// <summary>Takes <paramref name="used"/> credits of the hold and frees the rest, in one step.</summary>
    private static (CreditAccountState, Refusal?) Resolve(CreditAccountState state, Guid holdId, long used)
    {
        if (!state.Holds.TryGetValue(holdId, out var held))
        {
            return (state, new Refusal(CreditRefusals.HoldUnknown, "There is no open hold with this id."));
        }

        if (used < 0)
        {
            return (state, AmountInvalid(used));
        }

        if (used > held)
        {
            return (state, new Refusal(
                CreditRefusals.AboveHold,
                $"{used} credits are more than the {held} that are held.",
                ImmutableDictionary<string, long>.Empty.Add("heldCredits", held).Add("usedCredits", used)));
        }

        return (state with { PostedCredits = state.PostedCredits - used, Holds = state.Holds.Remove(holdId) }, null);
    }

    private static CreditAccountState Remember(CreditAccountState state, LedgerOperation operation)
    {
        var kept = state.Operations.Length < RememberedOperations
            ? state.Operations
            : state.Operations.RemoveAt(0);
        return state with { Operations = kept.Add(operation) };
    }

    private static CreditAnswer Conflict(CreditAccountState state) => new(
        state.Balance,
        new Refusal(CreditRefusals.OperationConflict, "This operation id was used with other content."));

    private static Refusal AmountInvalid(long credits) =>
        new(CreditRefusals.AmountInvalid, $"{credits} is not an amount of credits that can be booked.");

    private static Refusal Insufficient(long required, long available) => new(
        CreditRefusals.Insufficient,
        $"This takes {required} credits, and {available} are available.",
        ImmutableDictionary<string, long>.Empty
            .Add("requiredCredits", required)
            .Add("availableCredits", available)
            .Add("shortfallCredits", required - available));
}

/// <summary>What can happen to an account. <see cref="Fingerprint"/> is equal exactly when the content is.</summary>
public abstract record LedgerCommand(string OperationId)
{
    public abstract string Fingerprint { get; }

    public sealed record Grant(string OperationId, long Credits, string Reason) : LedgerCommand(OperationId)
    {
        public override string Fingerprint => $"grant/{Credits}/{Reason}";
    }

    public sealed record Reserve(string OperationId, Guid HoldId, long Credits) : LedgerCommand(OperationId)
    {
        public override string Fingerprint => $"reserve/{HoldId}/{Credits}";
    }

    public sealed record Settle(string OperationId, Guid HoldId, long Credits) : LedgerCommand(OperationId)
    {
        public override string Fingerprint => $"settle/{HoldId}/{Credits}";
    }

    public sealed record Release(string OperationId, Guid HoldId) : LedgerCommand(OperationId)
    {
        public override string Fingerprint => $"release/{HoldId}";
    }
}
