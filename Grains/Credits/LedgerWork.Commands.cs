using System.Collections.Immutable;

namespace Ax2.Credits;

internal sealed partial class LedgerWork
{
    /// <summary>Null when the command was carried out.</summary>
    internal Refusal? Apply(ICreditCommand command) => _status == AccountStatus.Closed
        ? new Refusal(CreditRefusals.AccountClosed, "This account is closed.")
        : command switch
        {
            GrantCredits grant => Grant(grant),
            ReserveCredits reserve => Reserve(reserve),
            ExtendHold extend => Extend(extend),
            SettleHold settle => Settle(settle),
            ReleaseHold release => Release(release),
            RefundCharge refund => Refund(refund),
            AdjustCredits adjust => Adjust(adjust),
            FreezeAccount freeze => Freeze(freeze),
            CloseAccount close => Close(close),
            _ => throw new ArgumentOutOfRangeException(nameof(command)),
        };

    private Refusal? Grant(GrantCredits command)
    {
        var effectiveAt = LedgerTime.Of(command.EffectiveAt ?? Now);
        var expiresAt = command.ExpiresAt is { } end ? LedgerTime.Of(end) : (DateTimeOffset?)null;
        effectiveAt = effectiveAt < Now ? Now : effectiveAt;
        var refusal = RefuseAmount(command.Credits)
            ?? LedgerText.RefuseOptional("reason", command.Reason)
            ?? LedgerText.RefuseOptional("actor", command.Actor)
            ?? (Enum.IsDefined(command.Category) ? null : Invalid("There is no such category."))
            ?? (expiresAt <= effectiveAt ? TimeInvalid("Credits must expire after they become effective.") : null);
        if (refusal is not null)
        {
            return refusal;
        }

        var grant = new CreditGrant(
            NextSequence, command.Category, command.Priority, effectiveAt, expiresAt, command.Credits);
        return effectiveAt == Now
            ? Issue(grant, NewEntry(EntryKind.Granted, Issued(command.Credits)), command, command.Reason, command.Actor)
            : Open(grant, NewEntry(EntryKind.GrantScheduled), command, command.Reason, command.Actor);
    }

    private Refusal? Reserve(ReserveCredits command)
    {
        if (_status == AccountStatus.Frozen)
        {
            return new Refusal(CreditRefusals.AccountFrozen, "This account is frozen.");
        }

        if ((RefuseAmount(command.Credits) ?? RefuseLife(command.Life)) is { } refusal)
        {
            return refusal;
        }

        if (_holds.ContainsKey(command.HoldId))
        {
            return new Refusal(CreditRefusals.HoldExists, "A hold with this id exists or existed.");
        }

        if (command.Credits > _totals.Available)
        {
            return Insufficient(command.Credits);
        }

        if (_openHolds >= _options.MaxOpenHolds)
        {
            return new Refusal(CreditRefusals.HoldLimit, $"An account has at most {_options.MaxOpenHolds} open holds.");
        }

        var opened = NextSequence;
        Post(NewEntry(EntryKind.Reserved, new CreditAmounts { Available = -command.Credits, Held = command.Credits })
            with { OperationId = command.OperationId, HoldId = command.HoldId });
        var hold = new CreditHold(
            command.HoldId, opened, command.Credits, Now, EndOf(command.Life),
            Burn(command.Credits, keepAsHeld: true));
        Put(hold);
        _openHolds++;
        NoteDue(hold.ExpiresAt);
        return null;
    }

    private Refusal? Extend(ExtendHold command)
    {
        if ((FindOpen(command.HoldId, out var hold) ?? RefuseLife(command.Life)) is { } refusal)
        {
            return refusal;
        }

        var until = EndOf(command.Life);
        Post(NewEntry(EntryKind.HoldExtended) with { OperationId = command.OperationId, HoldId = command.HoldId });
        Put(hold! with { ExpiresAt = until > hold.ExpiresAt ? until : hold.ExpiresAt });
        return null;
    }

    private Refusal? Settle(SettleHold command)
    {
        if ((FindOpen(command.HoldId, out var hold) ?? RefuseAmount(command.Credits)) is { } refusal)
        {
            return refusal;
        }

        if (command.Credits > hold!.Credits)
        {
            return Above(CreditRefusals.AboveHold, "usedCredits", command.Credits, "heldCredits", hold.Credits);
        }

        Post(NewEntry(EntryKind.Settled, new CreditAmounts
        {
            Held = -hold.Credits,
            Consumed = command.Credits,
            Available = hold.Credits - command.Credits,
        }) with
        { OperationId = command.OperationId, HoldId = command.HoldId });
        Resolve(hold, HoldStatus.Settled, command.Credits, Now);
        return null;
    }

    private Refusal? Release(ReleaseHold command)
    {
        if (FindOpen(command.HoldId, out var hold) is { } refusal)
        {
            return refusal;
        }

        Post(NewEntry(EntryKind.Released, new CreditAmounts { Held = -hold!.Credits, Available = hold.Credits })
            with { OperationId = command.OperationId, HoldId = command.HoldId });
        Resolve(hold, HoldStatus.Released, 0, Now);
        return null;
    }

    private Refusal? Refund(RefundCharge command)
    {
        var refusal = RefuseAmount(command.Credits)
            ?? LedgerText.Refuse("reason", command.Reason)
            ?? LedgerText.RefuseOptional("actor", command.Actor);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!_holds.TryGetValue(command.HoldId, out var hold))
        {
            return HoldUnknown();
        }

        if (hold.Status == HoldStatus.Open)
        {
            return new Refusal(CreditRefusals.HoldOpen, "This hold is not charged yet.");
        }

        var refundable = hold.ChargedCredits - hold.RefundedCredits;
        if (command.Credits > refundable)
        {
            return Above(
                CreditRefusals.AboveCharge, "refundCredits", command.Credits, "refundableCredits", refundable);
        }

        var grant = Compensation(command.Credits);
        var change = new CreditAmounts { Refunded = -command.Credits, Available = command.Credits };
        var entry = NewEntry(EntryKind.Refunded, change) with { HoldId = command.HoldId };
        refusal = Issue(grant, entry, command, command.Reason, command.Actor);
        if (refusal is null)
        {
            Put(hold with { RefundedCredits = hold.RefundedCredits + command.Credits });
        }

        return refusal;
    }
}
