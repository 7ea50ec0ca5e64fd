using Ax2.TestKit.Credits;
using Xunit;

namespace Ax2.Credits;

/// <summary>Money bugs that others had in public, each as the rule that stops it here.</summary>
[Collection(nameof(GrainCluster))]
public sealed class MoneyBugsTests(GrainCluster cluster)
{
    private readonly Guid id = Guid.CreateVersion7();
    private readonly Guid hold = Guid.CreateVersion7();

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(id);

    /// <summary>elizaOS/eliza, pull request 10930.</summary>
    [Fact]
    public async Task Settle_RetriedAfterItsAcknowledgementWasLost_ChargesOnce()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        await Account.Reserve(new ReserveCredits("r", hold, 8));
        cluster.Credits.Fail(id, CommitFault.AfterEffect);
        var first = await Account.Settle(new SettleHold("s", hold, 5));
        await cluster.Deactivate(Account);

        var retries = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => Account.Settle(new SettleHold("s", hold, 5))));

        Assert.All(retries, retry => Assert.Equal(first, retry));
        Assert.Equal(new CreditBalance(5, 0), await Account.GetBalance());
        Assert.Single(cluster.Credits.Entries(id), e => e.Kind == EntryKind.Settled);
    }

    /// <summary>akash-network/console, pull request 3449.</summary>
    [Fact]
    public async Task TopUp_OneClickSentSeveralTimes_GrantsOnce()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Account.Grant(new GrantCredits("click", 100, "top-up"))));

        Assert.All(answers, answer => Assert.Equal(new CreditBalance(100, 0), answer.Balance));
        Assert.Equal(new CreditBalance(100, 0), await Account.GetBalance());
        Assert.Single(cluster.Credits.Entries(id));
    }

    /// <summary>scalableminds/webknossos, issue 9331.</summary>
    [Fact]
    public async Task Job_RefundedAndTriedAgain_NeedsCreditsAnew()
    {
        await Account.Grant(new GrantCredits("g", 10, "test"));
        await Account.Reserve(new ReserveCredits("r", hold, 8));
        await Account.Settle(new SettleHold("s", hold, 8));
        await Account.Refund(new RefundCharge("b", hold, 8, "failed"));

        var onTheOldHold = await Account.Settle(new SettleHold("s2", hold, 8));
        var underTheOldId = await Account.Reserve(new ReserveCredits("r2", hold, 8));
        var again = await Account.Refund(new RefundCharge("b2", hold, 8, "failed"));
        var anew = await Account.Reserve(new ReserveCredits("r3", Guid.CreateVersion7(), 8));

        Assert.Equal(CreditRefusals.HoldResolved, onTheOldHold.Refusal?.Code);
        Assert.Equal(CreditRefusals.HoldExists, underTheOldId.Refusal?.Code);
        Assert.Equal(CreditRefusals.AboveCharge, again.Refusal?.Code);
        Assert.Equal(new CreditBalance(10, 8), anew.Balance);
    }
}
