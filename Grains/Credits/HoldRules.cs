namespace Ax2.Credits;

/// <summary>How credits are held, and how a hold ends: once, settled, released or expired.</summary>
internal static class HoldRules
{
    internal static Refusal? Reserve(LedgerWork work, ReserveCredits command)
    {
        var refusal = (work.Status == AccountStatus.Frozen
                ? new Refusal(CreditRefusals.AccountFrozen, "This account is frozen.")
                : null)
            ?? LedgerRefusals.Amount(command.Credits)
            ?? RefuseLife(work, command.Life)
            ?? (work.FindHold(command.HoldId) is null
                ? null
                : new Refusal(CreditRefusals.HoldExists, "A hold with this id exists or existed."))
            ?? LedgerRefusals.Insufficient(command.Credits, work.Totals.Available)
            ?? (work.OpenHoldCount < work.Options.MaxOpenHolds
                ? null
                : new Refusal(
                    CreditRefusals.HoldLimit, $"An account has at most {work.Options.MaxOpenHolds} open holds."));
        if (refusal is null)
        {
            var opened = work.NextSequence;
            var change = new CreditAmounts { Available = -command.Credits, Held = command.Credits };
            work.Post(work.EntryOf(command, EntryKind.Reserved, change));
            work.Put(new CreditHold(
                command.HoldId, opened, command.Credits, work.Now, EndOf(work, command.Life),
                work.Grants.Burn(command.Credits, keepAsHeld: true)));
        }

        return refusal;
    }

    internal static Refusal? Extend(LedgerWork work, ExtendHold command)
    {
        var refusal = FindOpen(work, command.HoldId, out var hold) ?? RefuseLife(work, command.Life);
        if (refusal is null)
        {
            var until = EndOf(work, command.Life);
            work.Post(work.EntryOf(command, EntryKind.HoldExtended));
            work.Put(hold! with { ExpiresAt = until > hold.ExpiresAt ? until : hold.ExpiresAt });
        }

        return refusal;
    }

    internal static Refusal? Settle(LedgerWork work, SettleHold command)
    {
        var refusal = FindOpen(work, command.HoldId, out var hold)
            ?? LedgerRefusals.Amount(command.Credits)
            ?? LedgerRefusals.Above(
                CreditRefusals.AboveHold, "usedCredits", command.Credits, "heldCredits", hold!.Credits);
        if (refusal is null)
        {
            Resolve(work, hold!, HoldStatus.Settled, command.Credits, work.EntryOf(command, EntryKind.Settled));
        }

        return refusal;
    }

    internal static Refusal? Release(LedgerWork work, ReleaseHold command)
    {
        var refusal = FindOpen(work, command.HoldId, out var hold);
        if (refusal is null)
        {
            Resolve(work, hold!, HoldStatus.Released, 0, work.EntryOf(command, EntryKind.Released));
        }

        return refusal;
    }

    internal static void Expire(LedgerWork work, CreditHold hold) => Resolve(
        work, hold, HoldStatus.Expired, 0,
        LedgerWork.EntryAt(hold.ExpiresAt, EntryKind.HoldExpired) with { HoldId = hold.HoldId });

    /// <summary>
    /// Ends the hold: <paramref name="used"/> credits are gone, in burn order; the rest goes back to the grants that it
    /// came from, and what expired meanwhile expires now.
    /// </summary>
    private static void Resolve(LedgerWork work, CreditHold hold, HoldStatus status, long used, CreditEntry entry)
    {
        work.Post(entry with
        {
            Change = new CreditAmounts { Held = -hold.Credits, Consumed = used, Available = hold.Credits - used },
        });
        work.Put(hold with { Status = status, ChargedCredits = used });
        foreach (var slice in hold.Slices)
        {
            var consumed = Math.Min(used, slice.Credits);
            used -= consumed;
            Return(work, slice, slice.Credits - consumed, hold.HoldId, entry.OccurredAt);
        }
    }

    private static void Return(LedgerWork work, HoldSlice slice, long credits, Guid holdId, DateTimeOffset at)
    {
        var grant = work.Grants.Find(slice.GrantNumber)
            ?? throw new InvalidOperationException(
                $"Grant {slice.GrantNumber} was removed while a hold had credits of it.");
        work.Grants.Replace(grant with
        {
            HeldCredits = grant.HeldCredits - slice.Credits,
            RemainingCredits = grant.IsExpired ? 0 : grant.RemainingCredits + credits,
        });
        GrantRules.Forfeit(work, grant, grant.IsExpired ? credits : 0, holdId, at);
    }

    private static Refusal? FindOpen(LedgerWork work, Guid holdId, out CreditHold? hold)
    {
        hold = work.FindHold(holdId);
        return hold?.Status switch
        {
            null => LedgerRefusals.HoldUnknown,
            HoldStatus.Open => null,
            HoldStatus.Settled => Resolved("settled"),
            HoldStatus.Released => Resolved("released"),
            _ => Resolved("ended by its time"),
        };
    }

    private static Refusal Resolved(string how) =>
        new(CreditRefusals.HoldResolved, $"This hold was {how} already.");

    private static DateTimeOffset EndOf(LedgerWork work, TimeSpan? life) =>
        LedgerTime.Of(work.Now + (life ?? work.Options.HoldLife));

    private static Refusal? RefuseLife(LedgerWork work, TimeSpan? life) =>
        life <= TimeSpan.Zero || life > work.Options.MaxHoldLife
            ? new Refusal(
                CreditRefusals.TimeInvalid,
                $"A hold lives more than nothing and at most {work.Options.MaxHoldLife.TotalHours} hours.")
            : null;
}
