using Xunit;

namespace Ax2.Credits;

/// <summary>What must hold of any account at any time: the audit of <c>sql/audit</c> in memory.</summary>
internal static class LedgerInvariants
{
    private static readonly EntryKind[] Ends = [EntryKind.Settled, EntryKind.Released, EntryKind.HoldExpired];

    internal static void AssertBalance(LedgerDriver ledger)
    {
        var state = ledger.State;
        var entries = ledger.Entries;
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(e => e.Sequence));
        Assert.Equal(entries.Select(e => e.OccurredAt).Order(), entries.Select(e => e.OccurredAt));
        Assert.All(entries, entry => Assert.Equal(0, Sum(entry.Change)));
        Assert.All(
            entries, entry => Assert.True(entry.Balance.AvailableCredits >= 0 && entry.Balance.HeldCredits >= 0));
        Assert.Equal(0, Sum(state.Totals));
        Assert.Equal(entries.Sum(e => e.Change.Available), state.Totals.Available);
        Assert.Equal(entries.Sum(e => e.Change.Held), state.Totals.Held);
        Assert.Equal(entries.LastOrDefault()?.Balance ?? CreditBalance.Zero, state.Balance);
        Assert.Equal(state.Holds.Values.Sum(h => h.Credits), state.Totals.Held);
        Assert.Equal(state.Grants.Sum(g => g.RemainingCredits), state.Totals.Available);
        Assert.Equal(state.Grants.Sum(g => g.HeldCredits), state.Totals.Held);
        Assert.All(ledger.Holds.Values, hold =>
        {
            Assert.Equal(hold.Credits, hold.Slices.Sum(s => s.Credits));
            Assert.Equal(
                hold.Status == HoldStatus.Open ? 0 : 1,
                entries.Count(e => e.HoldId == hold.HoldId && Ends.Contains(e.Kind)));
        });
        AssertChain(state.AccountId, entries);
    }

    private static void AssertChain(Guid accountId, List<CreditEntry> entries)
    {
        var before = System.Collections.Immutable.ImmutableArray<byte>.Empty;
        foreach (var entry in entries)
        {
            Assert.Equal(EntryHash.Of(accountId, entry, before).AsSpan(), entry.Hash.AsSpan());
            before = entry.Hash;
        }
    }

    private static long Sum(CreditAmounts a) =>
        a.Available + a.Held + a.Issued + a.Consumed + a.Expired + a.Refunded;
}
