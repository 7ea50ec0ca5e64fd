namespace Ax2.Credits;

/// <summary>What time does to an account.</summary>
internal static class DueRules
{
    /// <summary>
    /// Books all that became due, by time; at the same instant grants begin first, then holds expire, then grants, so
    /// that what comes back to an expiring grant still finds it.
    /// </summary>
    internal static void Book(LedgerWork work)
    {
        if (work.NextDueAt > work.Now)
        {
            return;
        }

        var grants = work.Grants.Open;
        var due = grants.Where(g => !g.IsEffective && g.EffectiveAt <= work.Now)
            .Select(g => (At: g.EffectiveAt, Order: 0, g.Number,
                Book: (Action)(() => GrantRules.Begin(work, g.Number, g.EffectiveAt))))
            .Concat(work.OpenHolds.Where(h => h.ExpiresAt <= work.Now)
                .Select(h => (At: h.ExpiresAt, Order: 1, Number: h.OpenedSequence,
                    Book: (Action)(() => HoldRules.Expire(work, h)))))
            .Concat(grants.Where(g => !g.IsExpired && g.ExpiresAt <= work.Now)
                .Select(g => (At: g.ExpiresAt!.Value, Order: 2, g.Number,
                    Book: (Action)(() => GrantRules.Expire(work, g.Number)))))
            .OrderBy(d => d.At).ThenBy(d => d.Order).ThenBy(d => d.Number)
            .ToList();
        due.ForEach(d => d.Book());
        work.NextDueAt = NextDue(work);
    }

    private static DateTimeOffset NextDue(LedgerWork work) => work.Grants.Open
        .SelectMany(g => new[] { g.IsEffective ? null : g.EffectiveAt, g.IsExpired ? null : g.ExpiresAt })
        .Concat(work.OpenHolds.Select(h => (DateTimeOffset?)h.ExpiresAt))
        .Min() ?? DateTimeOffset.MaxValue;
}
