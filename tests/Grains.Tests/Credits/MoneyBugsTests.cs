using Ax2.TestKit.Credits;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Credits;

/// <summary>Money bugs that others had in public: each is repeated on our account, which handles it.</summary>
[Collection(nameof(GrainCluster))]
public sealed class MoneyBugsTests(GrainCluster cluster)
{
    private readonly Guid id = Guid.CreateVersion7();
    private readonly Guid hold = Guid.CreateVersion7();

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(id);

    /// <summary>
    /// elizaOS/eliza, pull request 10930: the reconciliation of a reservation was retried in a loop after its commit's
    /// acknowledgement was lost. What was reserved too much was returned twice, what was used too much charged twice.
    /// </summary>
    [Theory]
    [InlineData(5, 0)]
    [InlineData(8, 2)]
    public async Task Reconciliation_RetriedAfterALostAcknowledgement_TakesEffectOnce(long used, long overage)
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        await Account.Reserve(new ReserveCredits("r", hold, 8));

        var settled = await RetryLost(() => Account.Settle(new SettleHold($"{hold}/settle", hold, used)));
        if (overage > 0)
        {
            await RetryLost(() => Account.Adjust(new AdjustCredits($"{hold}/overage", -overage, "meter", "overage")));
        }

        await cluster.Deactivate(Account);
        Assert.Equal(settled, await Account.Settle(new SettleHold($"{hold}/settle", hold, used)));
        Assert.Equal(new CreditBalance(10 - used - overage, 0), await Account.GetBalance());
        Assert.Equal(overage > 0 ? 4 : 3, cluster.Credits.Entries(id).Count);
    }

    /// <summary>
    /// akash-network/console, pull request 3449: a charge was slow but succeeded, the customer pressed the button
    /// again, and every payment's webhook added the credits. Here the purchase names itself, whoever reports it.
    /// </summary>
    [Fact]
    public async Task TopUp_PressedAgainWhileItIsSlow_IsCreditedOnce()
    {
        var purchase = new GrantCredits("purchase-1", 100, "top-up");
        cluster.Credits.PauseWrites(id);
        var pressed = Enumerable.Range(0, 3).Select(_ => Account.Grant(purchase)).ToList();
        await cluster.Calls.Until(Account, pressed.Count);
        cluster.Credits.ContinueWrites(id);
        var answers = await Task.WhenAll(pressed);
        await cluster.Deactivate(Account);

        var webhook = await Account.Grant(purchase);
        var altered = await Account.Grant(purchase with { Credits = 200 });
        var next = await Account.Grant(purchase with { OperationId = "purchase-2" });

        Assert.All(answers.Append(webhook), answer => Assert.Equal(new CreditAnswer(new(100, 0), null), answer));
        Assert.Equal(CreditRefusals.OperationConflict, altered.Refusal?.Code);
        Assert.Contains("\"credits\"", altered.Refusal?.Message, StringComparison.Ordinal);
        Assert.Equal(new CreditBalance(200, 0), next.Balance);
        Assert.Equal(2, cluster.Credits.Entries(id).Count);
    }

    /// <summary>
    /// scalableminds/webknossos, issue 9331: a job was paid, failed and was refunded, and its retry ran for free. Here
    /// no attempt can lean on another's hold, and each failure gives back its own charge only.
    /// </summary>
    [Fact]
    public async Task Job_RefundedAndTriedAgain_IsPaidAgain()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        await Attempt(hold);
        await Account.Refund(new RefundCharge($"{hold}/refund", hold, 8, "failed"));

        var onTheOldCharge = await Account.Settle(new SettleHold("retry/settle", hold, 8));
        var underTheOldId = await Account.Reserve(new ReserveCredits("retry/reserve", hold, 8));
        var second = await Attempt(Guid.CreateVersion7());
        var refundedTwice = await Account.Refund(new RefundCharge("retry/refund", hold, 8, "failed"));
        var third = await Account.Reserve(new ReserveCredits("third", Guid.CreateVersion7(), 8));

        Assert.Equal(CreditRefusals.HoldResolved, onTheOldCharge.Refusal?.Code);
        Assert.Equal(CreditRefusals.HoldExists, underTheOldId.Refusal?.Code);
        Assert.Equal(new CreditAnswer(new CreditBalance(2, 0), null), second);
        Assert.Equal(CreditRefusals.AboveCharge, refundedTwice.Refusal?.Code);
        Assert.Equal(CreditRefusals.Insufficient, third.Refusal?.Code);
        Assert.Equal(2, cluster.Credits.Entries(id).Count(e => e.Kind == EntryKind.Settled));
    }

    private async Task<CreditAnswer> Attempt(Guid attempt)
    {
        await Account.Reserve(new ReserveCredits($"{attempt}/reserve", attempt, 8));
        return await Account.Settle(new SettleHold($"{attempt}/settle", attempt, 8));
    }

    /// <summary>The first sending is stored, but the caller gets only an unknown outcome.</summary>
    private async Task<CreditAnswer> RetryLost(Func<Task<CreditAnswer>> send)
    {
        cluster.Credits.Fail(id, StorageFault.AfterEffect, StorageFault.BeforeEffect, StorageFault.BeforeEffect);
        var entries = cluster.Credits.Entries(id).Count;
        await Assert.ThrowsAsync<OrleansException>(send);
        Assert.Equal(entries + 1, cluster.Credits.Entries(id).Count);
        return await send();
    }
}
