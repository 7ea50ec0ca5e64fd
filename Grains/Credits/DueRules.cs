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
            .Select(g => new Due(g.EffectiveAt, 0, g.Number, () => GrantRules.Begin(work, g)))
            .Concat(work.OpenHolds.Where(h => h.ExpiresAt <= work.Now)
                .Select(h => new Due(h.ExpiresAt, 1, h.OpenedSequence, () => HoldRules.Expire(work, h))))
            .Concat(grants.Where(g => !g.IsExpired && g.ExpiresAt <= work.Now)
                .Select(g => new Due(g.ExpiresAt!.Value, 2, g.Number, () => GrantRules.Expire(work, g.Number))))
            .OrderBy(d => d.At).ThenBy(d => d.Order).ThenBy(d => d.Number)
            .ToList();
        due.ForEach(d => d.Book());
        work.NextDueAt = NextDue(work);
    }

    private static DateTimeOffset NextDue(LedgerWork work) => work.Grants.Open
        .SelectMany(g => new[] { g.IsEffective ? null : g.EffectiveAt, g.IsExpired ? null : g.ExpiresAt })
        .Concat(work.OpenHolds.Select(h => (DateTimeOffset?)h.ExpiresAt))
        .Min() ?? DateTimeOffset.MaxValue;

    private readonly record struct Due(DateTimeOffset At, int Order, long Number, Action Book);
}
