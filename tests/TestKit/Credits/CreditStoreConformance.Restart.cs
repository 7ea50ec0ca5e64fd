using System.Collections.Immutable;
using Ax2.Credits;
using Xunit;

namespace Ax2.TestKit.Credits;

/// <summary>What must survive that the silo which did it is gone: each asks a store that has seen nothing.</summary>
public abstract partial class CreditStoreConformance
{
    [Fact]
    public async Task Repeat_AfterARestart_HasTheSameBytes_RefusalsToo()
    {
        ImmutableArray<ICreditCommand> commands =
        [
            .. Everything,
            new ReserveCredits("short", Hold(3), 1000),
            new ReserveCredits("again", Hold(1), 1),
            new SettleHold("above", Hold(1), 9),
            new SettleHold("s", Hold(1), 3),
            new RefundCharge("b", Hold(1), 2, "poor captions"),
            new RefundCharge("more", Hold(1), 2, "poor captions"),
            new AdjustCredits("a", -1, "kim", "한글"),
            new FreezeAccount("f", true, "kim", "chargeback"),
            new ReserveCredits("frozen", Hold(4), 1),
            new CloseAccount("c", "kim", "held"),
        ];
        var first = await CommitAsync(await StoreAsync(), 0, commands);
        var store = await StoreAsync();

        var stored = await store.LoadAsync(account, Cancelled);
        var facts = await store.LookUpAsync(account, [.. commands.Select(c => c.OperationId)], [], Cancelled);
        var repeat = Ledger.Fold(stored.State, commands.Reverse(), facts, Start.AddDays(30), Options);

        Assert.Equal(6, first.Batch.Answers.Count(a => a.Refusal is not null));
        Assert.Empty(repeat.Operations);
        Assert.Equal(
            first.Batch.Answers.Select(LedgerContent.OfAnswer),
            repeat.Answers.Reverse().Select(LedgerContent.OfAnswer));
    }

    [Fact]
    public async Task Expiry_WhileNoSiloRan_IsBookedOnceInOrderAndAtItsOwnTime()
    {
        await CommitAsync(await StoreAsync(), 0,
        [
            new GrantCredits("g1", 20, "top-up"),
            new GrantCredits("g2", 5, "promo", CreditCategory.Promotional, -1, null, Start.AddMinutes(15)),
            new ReserveCredits("r1", Hold(1), 7, TimeSpan.FromMinutes(30)),
            new ReserveCredits("r2", Hold(2), 2, TimeSpan.FromMinutes(10)),
            new ReserveCredits("r3", Hold(3), 3, TimeSpan.FromMinutes(20)),
            new ExtendHold("x", Hold(2), TimeSpan.FromMinutes(25)),
        ]);

        // Two activations wake up over the same account, and each books what it finds due.
        var now = Start.AddHours(9);
        var one = await StoreAsync();
        var two = await StoreAsync();
        var commits = new[] { await FoldAsync(one, 1, [], now), await FoldAsync(two, 1, [], now) };
        var outcomes = await Task.WhenAll(
            one.CommitAsync(commits[0], Cancelled), two.CommitAsync(commits[1], Cancelled));

        Assert.Equal([CommitOutcome.Committed, CommitOutcome.Fenced], outcomes.Order());
        var booked = (await one.ListEntriesAsync(account, new CreditEntryQuery(99), Cancelled)).Reverse().Skip(6);
        Assert.Equal(
            [
                (EntryKind.HoldExpired, Hold(3), 20), (EntryKind.HoldExpired, Hold(2), 25),
                (EntryKind.HoldExpired, Hold(1), 30), (EntryKind.GrantExpired, Hold(1), 30),
            ],
            booked.Select(e => (e.Kind, e.HoldId!.Value, (int)(e.OccurredAt - Start).TotalMinutes)));
        var found = await two.LoadAsync(account, Cancelled);
        Assert.Empty(found.State.Holds);
        Assert.Equal(new CreditBalance(20, 0), found.State.Balance);
    }
}
