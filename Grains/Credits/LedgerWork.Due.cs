namespace Ax2.Credits;

internal sealed partial class LedgerWork
{
    /// <summary>
    /// Books all that became due, by time; at the same instant grants begin first, then holds expire, then grants, so
    /// that what comes back to an expiring grant still finds it.
    /// </summary>
    internal void BookDue()
    {
        if (_nextDueAt > Now)
        {
            return;
        }

        var due = _grants.Where(g => !g.IsEffective && g.EffectiveAt <= Now)
            .Select(g => (At: g.EffectiveAt, Order: 0, g.Number, Book: (Action)(() => Begin(g.Number, g.EffectiveAt))))
            .Concat(_holds.Values.Where(h => h.Status == HoldStatus.Open && h.ExpiresAt <= Now)
                .Select(h => (At: h.ExpiresAt, Order: 1, Number: h.OpenedSequence, Book: (Action)(() => Expire(h)))))
            .Concat(_grants.Where(g => !g.IsExpired && g.ExpiresAt <= Now)
                .Select(g => (At: g.ExpiresAt!.Value, Order: 2, g.Number, Book: (Action)(() => Expire(g.Number)))))
            .OrderBy(d => d.At).ThenBy(d => d.Order).ThenBy(d => d.Number)
            .ToList();
        due.ForEach(d => d.Book());
        _nextDueAt = NextDue();
    }

    private DateTimeOffset NextDue() => _grants
        .SelectMany(g => new[] { g.IsEffective ? null : g.EffectiveAt, g.IsExpired ? null : g.ExpiresAt })
        .Concat(_holds.Values.Where(h => h.Status == HoldStatus.Open).Select(h => (DateTimeOffset?)h.ExpiresAt))
        .Min() ?? DateTimeOffset.MaxValue;

    private void Begin(long number, DateTimeOffset at)
    {
        var grant = Find(number)!;
        Post(NewEntry(EntryKind.Granted, Issued(grant.GrantedCredits))
            with { OccurredAt = at, GrantNumber = number });
        Put(grant with { IsEffective = true, RemainingCredits = grant.GrantedCredits });
    }

    private void Expire(CreditHold hold)
    {
        Post(NewEntry(EntryKind.HoldExpired, new CreditAmounts { Held = -hold.Credits, Available = hold.Credits })
            with { OccurredAt = hold.ExpiresAt, HoldId = hold.HoldId });
        Resolve(hold, HoldStatus.Expired, 0, hold.ExpiresAt);
    }

    private void Expire(long number)
    {
        if (Find(number) is not { } grant)
        {
            return;
        }

        Put(grant with { IsExpired = true, RemainingCredits = 0 });
        Forfeit(grant, grant.RemainingCredits, null, grant.ExpiresAt!.Value);
    }

    private void Forfeit(CreditGrant grant, long credits, Guid? holdId, DateTimeOffset at)
    {
        if (credits > 0)
        {
            Post(NewEntry(EntryKind.GrantExpired, new CreditAmounts { Available = -credits, Expired = credits })
                with { OccurredAt = at, GrantNumber = grant.Number, HoldId = holdId });
        }
    }
}
