using Xunit;

namespace Ax2.Credits;

[Collection(nameof(GrainCluster))]
public sealed class CreditAccountGrainTests(GrainCluster cluster)
{
    private readonly ICreditAccountGrain _account =
        cluster.Grains.GetGrain<ICreditAccountGrain>(Guid.CreateVersion7());

    [Fact]
    public async Task Reserve_ManyAtOnce_NeverHoldsMoreThanThereIs()
    {
        await _account.Grant(new GrantCredits("g", 10, "test"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            _account.Reserve(new ReserveCredits($"r{i}", Guid.CreateVersion7(), 3))));

        Assert.Equal(3, answers.Count(a => a.Refusal is null));
        Assert.Equal(new CreditBalance(10, 9), await _account.GetBalance());
    }

    [Fact]
    public async Task Commands_Repeated_AfterTheGrainLeftMemory_AnswerTheSame()
    {
        var hold = Guid.CreateVersion7();
        await _account.Grant(new GrantCredits("g", 10, "test"));
        await _account.Reserve(new ReserveCredits("r", hold, 4));
        var settled = await _account.Settle(new SettleHold("s", hold, 3));
        await cluster.Deactivate(_account);

        var again = await _account.Settle(new SettleHold("s", hold, 3));
        await _account.Grant(new GrantCredits("g", 10, "test"));

        Assert.Equal(settled, again);
        Assert.Equal(new CreditBalance(7, 0), await _account.GetBalance());
    }

    [Fact]
    public async Task Release_ReturnsEverything_AndOnlyOnce()
    {
        var hold = Guid.CreateVersion7();
        await _account.Grant(new GrantCredits("g", 10, "test"));
        await _account.Reserve(new ReserveCredits("r", hold, 4));

        var released = await _account.Release(new ReleaseHold("l", hold));
        var late = await _account.Settle(new SettleHold("s", hold, 4));

        Assert.Equal(new CreditBalance(10, 0), released.Balance);
        Assert.Equal(CreditRefusals.HoldResolved, late.Refusal?.Code);
    }
}
