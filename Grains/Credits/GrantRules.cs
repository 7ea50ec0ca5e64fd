namespace Ax2.Credits;

/// <summary>How credits come into an account, and how they expire.</summary>
internal static class GrantRules
{
    internal static Refusal? Grant(LedgerWork work, GrantCredits command)
    {
        var effectiveAt = command.EffectiveAt > work.Now ? LedgerTime.Of(command.EffectiveAt.Value) : work.Now;
        var expiresAt = command.ExpiresAt is { } end ? LedgerTime.Of(end) : (DateTimeOffset?)null;
        var refusal = LedgerRefusals.Amount(command.Credits)
            ?? LedgerText.RefuseOptional("reason", command.Reason)
            ?? LedgerText.RefuseOptional("actor", command.Actor)
            ?? (Enum.IsDefined(command.Category) ? null : LedgerText.Invalid("There is no such category."))
            ?? (expiresAt <= effectiveAt
                ? new Refusal(CreditRefusals.TimeInvalid, "Credits must expire after they become effective.")
                : null);
        if (refusal is not null)
        {
            return refusal;
        }

        var grant = new CreditGrant(
            work.NextSequence, command.Category, command.Priority, effectiveAt, expiresAt, command.Credits);
        return effectiveAt == work.Now
            ? Open(work, Begun(grant), work.EntryOf(command, EntryKind.Granted, Issued(command.Credits)))
            : Open(work, grant, work.EntryOf(command, EntryKind.GrantScheduled));
    }

    internal static Refusal? Refund(LedgerWork work, RefundCharge command)
    {
        var hold = work.FindHold(command.HoldId);
        var refusal = LedgerRefusals.Amount(command.Credits)
            ?? LedgerText.Refuse("reason", command.Reason)
            ?? LedgerText.RefuseOptional("actor", command.Actor)
            ?? (hold is null ? LedgerRefusals.HoldUnknown : null)
            ?? (hold!.Status == HoldStatus.Open
                ? new Refusal(CreditRefusals.HoldOpen, "This hold is not charged yet.")
                : null)
            ?? LedgerRefusals.Above(
                CreditRefusals.AboveCharge, "refundCredits", command.Credits,
                "refundableCredits", hold!.ChargedCredits - hold.RefundedCredits);
        var change = new CreditAmounts { Refunded = -command.Credits, Available = command.Credits };
        refusal ??= Compensate(work, command.Credits, work.EntryOf(command, EntryKind.Refunded, change));
        if (refusal is null)
        {
            work.Put(hold! with { RefundedCredits = hold.RefundedCredits + command.Credits });
        }

        return refusal;
    }

    /// <summary>Refunds and corrections are credits of their own: used after what expires, never expiring.</summary>
    internal static Refusal? Compensate(LedgerWork work, long credits, CreditEntry entry) => Open(
        work,
        Begun(new CreditGrant(work.NextSequence, CreditCategory.Compensation, 0, work.Now, null, credits)),
        entry);

    internal static CreditAmounts Issued(long credits) => new() { Issued = -credits, Available = credits };

    internal static void Begin(LedgerWork work, CreditGrant grant)
    {
        work.Post(LedgerWork.EntryAt(grant.EffectiveAt, EntryKind.Granted, Issued(grant.GrantedCredits))
            with { GrantNumber = grant.Number });
        work.Grants.Replace(Begun(grant));
    }

    internal static void Expire(LedgerWork work, long number)
    {
        if (work.Grants.Find(number) is { } grant)
        {
            work.Grants.Replace(grant with { IsExpired = true, RemainingCredits = 0 });
            Forfeit(work, grant, grant.RemainingCredits, null, grant.ExpiresAt!.Value);
        }
    }

    internal static void Forfeit(LedgerWork work, CreditGrant grant, long credits, Guid? holdId, DateTimeOffset at)
    {
        if (credits > 0)
        {
            var change = new CreditAmounts { Available = -credits, Expired = credits };
            work.Post(LedgerWork.EntryAt(at, EntryKind.GrantExpired, change)
                with { GrantNumber = grant.Number, HoldId = holdId });
        }
    }

    private static CreditGrant Begun(CreditGrant grant) =>
        grant with { IsEffective = true, RemainingCredits = grant.GrantedCredits };

    private static Refusal? Open(LedgerWork work, CreditGrant grant, CreditEntry entry)
    {
        if (!Fits(work, grant.GrantedCredits, entry.Kind == EntryKind.Refunded))
        {
            return LedgerRefusals.AmountInvalid(grant.GrantedCredits);
        }

        if (work.Grants.Open.Count >= work.Options.MaxOpenGrants)
        {
            return new Refusal(
                CreditRefusals.GrantLimit, $"An account has at most {work.Options.MaxOpenGrants} open grants.");
        }

        work.Post(entry with { GrantNumber = grant.Number });
        work.Add(grant);
        return null;
    }

    /// <summary>
    /// Whether so many new credits leave every sum in the range of numbers, forever: all that exists was issued or
    /// refunded, each at most half the range, scheduled grants included.
    /// </summary>
    private static bool Fits(LedgerWork work, long credits, bool isRefund)
    {
        var booked = isRefund
            ? -(Int128)work.Totals.Refunded
            : work.Grants.Open.Where(g => !g.IsEffective)
                .Aggregate(-(Int128)work.Totals.Issued, (sum, g) => sum + g.GrantedCredits);
        return booked + credits <= long.MaxValue / 2;
    }
}
