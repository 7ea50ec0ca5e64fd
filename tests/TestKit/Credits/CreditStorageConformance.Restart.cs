using System.Collections.Immutable;
using Ax2.Credits;
using Orleans.Storage;
using Xunit;

namespace Ax2.TestKit.Credits;

/// <summary>What must survive that the silo which did it is gone: each asks a storage that has seen nothing.</summary>
public abstract partial class CreditStorageConformance
{
    [Fact]
    public async Task Repeat_AfterARestart_HasTheSameBytes()
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
        var first = await (await AccountAsync()).CommitAsync(commands, Start);

        var account = await AccountAsync();
        var facts = await LookUpAsync([.. commands.Select(c => c.OperationId)]);
        var repeat = account.Fold(commands.Reverse(), Start.AddDays(30), facts);

        Assert.Equal(6, first.Answers.Count(a => a.Refusal is not null));
        Assert.Empty(repeat.Operations);
        Assert.Equal(
            first.Answers.Select(LedgerContent.OfAnswer),
            repeat.Answers.Reverse().Select(LedgerContent.OfAnswer));
    }

    [Fact]
    public async Task Expiry_WhileNoSiloRan_IsBookedOnceInOrderAndAtItsOwnTime()
    {
        await (await AccountAsync()).CommitAsync(
        [
            new GrantCredits("g1", 20, "top-up"),
            new GrantCredits("g2", 5, "promo", CreditCategory.Promotional, -1, null, Start.AddMinutes(15)),
            new ReserveCredits("r1", Hold(1), 7, TimeSpan.FromMinutes(30)),
            new ReserveCredits("r2", Hold(2), 2, TimeSpan.FromMinutes(10)),
            new ReserveCredits("r3", Hold(3), 3, TimeSpan.FromMinutes(20)),
            new ExtendHold("x", Hold(2), TimeSpan.FromMinutes(25)),
        ],
            Start);

        // Two activations wake up over the same account, and each books what it finds due.
        var now = Start.AddHours(9);
        StoredCreditAccount[] woken = [await AccountAsync(), await AccountAsync()];
        var writes = woken.Select(account => account.WriteAsync(account.Fold([], now))).ToList();
        await Task.WhenAll(writes).ContinueWith(_ => { }, TaskScheduler.Default);

        _ = Assert.Single(writes, write => write.IsCompletedSuccessfully);
        var fenced = Assert.Single(writes, write => write.IsFaulted).Exception!.InnerException;
        Assert.IsType<InconsistentStateException>(fenced);
        var booked = (await EntriesAsync(new CreditEntryQuery(99))).Reverse().Skip(6);
        Assert.Equal(
            [
                (EntryKind.HoldExpired, Hold(3), 20), (EntryKind.HoldExpired, Hold(2), 25),
                (EntryKind.HoldExpired, Hold(1), 30), (EntryKind.GrantExpired, Hold(1), 30),
            ],
            booked.Select(e => (e.Kind, e.HoldId!.Value, (int)(e.OccurredAt - Start).TotalMinutes)));
        var found = await AccountAsync();
        Assert.Empty(found.Ledger.Holds);
        Assert.Equal(new CreditBalance(20, 0), found.Ledger.Balance);
    }
}
