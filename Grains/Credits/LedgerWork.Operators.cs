using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>What operators do, and the refusals that commands share.</summary>
internal sealed partial class LedgerWork
{
    private Refusal? Adjust(AdjustCredits command)
    {
        if ((LedgerText.Refuse("actor", command.Actor) ?? LedgerText.Refuse("reason", command.Reason)) is { } refusal)
        {
            return refusal;
        }

        if (command.Credits > 0)
        {
            var entry = NewEntry(EntryKind.Adjusted, Issued(command.Credits));
            return Issue(Compensation(command.Credits), entry, command, command.Reason, command.Actor);
        }

        if (command.Credits is 0 or long.MinValue)
        {
            return AmountInvalid(command.Credits);
        }

        if (-command.Credits > _totals.Available)
        {
            return Insufficient(-command.Credits);
        }

        Post(NewEntry(EntryKind.Adjusted, Issued(command.Credits))
            with { OperationId = command.OperationId, Actor = command.Actor, Reason = command.Reason });
        Burn(-command.Credits, keepAsHeld: false);
        return null;
    }

    private Refusal? Freeze(FreezeAccount command)
    {
        if ((LedgerText.Refuse("actor", command.Actor) ?? LedgerText.Refuse("reason", command.Reason)) is { } refusal)
        {
            return refusal;
        }

        _status = command.IsFrozen ? AccountStatus.Frozen : AccountStatus.Open;
        Post(NewEntry(command.IsFrozen ? EntryKind.Frozen : EntryKind.Thawed)
            with { OperationId = command.OperationId, Actor = command.Actor, Reason = command.Reason });
        return null;
    }

    private Refusal? Close(CloseAccount command)
    {
        if ((LedgerText.Refuse("actor", command.Actor) ?? LedgerText.Refuse("reason", command.Reason)) is { } refusal)
        {
            return refusal;
        }

        if (_openHolds > 0)
        {
            return new Refusal(CreditRefusals.HoldOpen, "Credits are held: settle or release them first.");
        }

        foreach (var grant in _grants.ToList())
        {
            Put(grant with { IsEffective = true, IsExpired = true, RemainingCredits = 0 });
            Forfeit(grant, grant.RemainingCredits, null, Now);
        }

        _nextDueAt = DateTimeOffset.MaxValue;
        _status = AccountStatus.Closed;
        Post(NewEntry(EntryKind.Closed)
            with { OperationId = command.OperationId, Actor = command.Actor, Reason = command.Reason });
        return null;
    }

    /// <summary>Books new credits that can be used from now on.</summary>
    private Refusal? Issue(
        CreditGrant grant, CreditEntry entry, ICreditCommand command, string? reason, string? actor) =>
        Open(grant with { IsEffective = true, RemainingCredits = grant.GrantedCredits }, entry, command, reason, actor);

    private Refusal? Open(CreditGrant grant, CreditEntry entry, ICreditCommand command, string? reason, string? actor)
    {
        if (!Fits(grant.GrantedCredits, entry.Kind == EntryKind.Refunded))
        {
            return AmountInvalid(grant.GrantedCredits);
        }

        if (_grants.Count >= _options.MaxOpenGrants)
        {
            return new Refusal(
                CreditRefusals.GrantLimit, $"An account has at most {_options.MaxOpenGrants} open grants.");
        }

        Post(entry with
        {
            OperationId = command.OperationId,
            GrantNumber = grant.Number,
            Reason = reason,
            Actor = actor,
        });
        Open(grant);
        return null;
    }

    private DateTimeOffset EndOf(TimeSpan? life) => LedgerTime.Of(Now + (life ?? _options.HoldLife));

    /// <summary>Refunds and corrections are credits of their own: used after what expires, never expiring.</summary>
    private CreditGrant Compensation(long credits) =>
        new(NextSequence, CreditCategory.Compensation, 0, Now, null, credits);

    private static CreditAmounts Issued(long credits) => new() { Issued = -credits, Available = credits };

    private Refusal? FindOpen(Guid holdId, out CreditHold? hold)
    {
        if (!_holds.TryGetValue(holdId, out hold))
        {
            return HoldUnknown();
        }

        return hold.Status == HoldStatus.Open
            ? null
            : new Refusal(
                CreditRefusals.HoldResolved,
                $"This hold was {hold.Status switch
                {
                    HoldStatus.Settled => "settled",
                    HoldStatus.Released => "released",
                    _ => "ended by its time",
                }} already.");
    }

    private Refusal? RefuseLife(TimeSpan? life) => life is { } asked && (asked <= TimeSpan.Zero
        || asked > _options.MaxHoldLife)
            ? TimeInvalid($"A hold lives more than nothing and at most {_options.MaxHoldLife.TotalHours} hours.")
            : null;

    private static Refusal? RefuseAmount(long credits) => credits <= 0 ? AmountInvalid(credits) : null;

    private static Refusal AmountInvalid(long credits) =>
        new(CreditRefusals.AmountInvalid, $"{credits} is not an amount of credits that can be booked.");

    private static Refusal TimeInvalid(string message) => new(CreditRefusals.TimeInvalid, message);

    private static Refusal Invalid(string message) => new(CreditRefusals.TextInvalid, message);

    private static Refusal HoldUnknown() =>
        new(CreditRefusals.HoldUnknown, "There is no hold with this id.");

    private Refusal Insufficient(long required) => new(
        CreditRefusals.Insufficient,
        $"This takes {required} credits, and {_totals.Available} are available.",
        ImmutableDictionary<string, long>.Empty
            .Add("requiredCredits", required)
            .Add("availableCredits", _totals.Available)
            .Add("shortfallCredits", required - _totals.Available));

    private static Refusal Above(string code, string asked, long credits, string limit, long limitCredits) => new(
        code,
        $"{credits} credits are more than the {limitCredits} that this hold allows.",
        ImmutableDictionary<string, long>.Empty.Add(asked, credits).Add(limit, limitCredits));
}
