namespace Ax2.Credits;

/// <summary>What operators do: each says who and why.</summary>
internal static class OperatorRules
{
    internal static Refusal? Adjust(LedgerWork work, AdjustCredits command)
    {
        var entry = work.EntryOf(command, EntryKind.Adjusted, GrantRules.Issued(command.Credits));
        var refusal = RefuseUnattributed(command);
        if (refusal is null && command.Credits > 0)
        {
            return GrantRules.Compensate(work, command.Credits, entry);
        }

        refusal ??= command.Credits is 0 or long.MinValue
            ? LedgerRefusals.AmountInvalid(command.Credits)
            : LedgerRefusals.Insufficient(-command.Credits, work.Totals.Available);
        if (refusal is null)
        {
            work.Post(entry);
            work.Grants.Burn(-command.Credits, keepAsHeld: false);
        }

        return refusal;
    }

    internal static Refusal? Freeze(LedgerWork work, FreezeAccount command)
    {
        var refusal = RefuseUnattributed(command);
        if (refusal is null)
        {
            work.Status = command.IsFrozen ? AccountStatus.Frozen : AccountStatus.Open;
            work.Post(work.EntryOf(command, command.IsFrozen ? EntryKind.Frozen : EntryKind.Thawed));
        }

        return refusal;
    }

    internal static Refusal? Close(LedgerWork work, CloseAccount command)
    {
        var refusal = RefuseUnattributed(command)
            ?? (work.OpenHoldCount > 0
                ? new Refusal(CreditRefusals.HoldOpen, "Credits are held: settle or release them first.")
                : null);
        if (refusal is not null)
        {
            return refusal;
        }

        foreach (var grant in work.Grants.Open.ToList())
        {
            work.Grants.Replace(grant with { IsEffective = true, IsExpired = true, RemainingCredits = 0 });
            GrantRules.Forfeit(work, grant, grant.RemainingCredits, null, work.Now);
        }

        work.NextDueAt = DateTimeOffset.MaxValue;
        work.Status = AccountStatus.Closed;
        work.Post(work.EntryOf(command, EntryKind.Closed));
        return null;
    }

    private static Refusal? RefuseUnattributed(IAuditedCommand command) =>
        LedgerText.Refuse("actor", command.Actor) ?? LedgerText.Refuse("reason", command.Reason);
}
