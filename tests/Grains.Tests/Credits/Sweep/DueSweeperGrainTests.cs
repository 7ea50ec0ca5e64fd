using Ax2.TestKit.Credits;
using Xunit;

namespace Ax2.Credits.Sweep;

[Collection(nameof(GrainCluster))]
public sealed class DueSweeperGrainTests(GrainCluster cluster)
{
    /// <summary>More than are visited at once.</summary>
    private const int Many = 100;

    private IDueSweeperGrain Sweeper => cluster.Grains.GetGrain<IDueSweeperGrain>(0);

    [Fact]
    public async Task Sweep_BehindManyAccountsThatFail_BooksTheOthersAndLaterThem()
    {
        var failing = await AccountsWithAHold(Many, TimeSpan.FromMinutes(1));
        var others = await AccountsWithAHold(Many, TimeSpan.FromMinutes(2));
        cluster.Clock.Advance(TimeSpan.FromMinutes(3));
        failing.ForEach(id => cluster.Credits.Fail(id, Unknown));

        await Sweeper.Sweep(TimeSpan.Zero);

        Assert.DoesNotContain(failing, HasExpired);
        Assert.All(others, id => Assert.True(HasExpired(id)));
        await Sweeper.Sweep(TimeSpan.Zero);
        Assert.All(failing, id => Assert.True(HasExpired(id)));
    }

    [Fact]
    public async Task Sweep_SoonAfterTheLast_DoesNothing()
    {
        await Sweeper.Sweep(TimeSpan.Zero);
        var id = Assert.Single(await AccountsWithAHold(1, TimeSpan.FromSeconds(1)));
        cluster.Clock.Advance(TimeSpan.FromSeconds(2));

        await Sweeper.Sweep(TimeSpan.FromMinutes(10));
        Assert.False(HasExpired(id));

        cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        await Sweeper.Sweep(TimeSpan.FromMinutes(10));
        Assert.True(HasExpired(id));
    }

    /// <summary>The write never arrives, however often it is sent, and what is stored cannot be read.</summary>
    private static IEnumerable<StorageFault> Unknown { get; } = Enumerable.Repeat(StorageFault.BeforeEffect, 3);

    private bool HasExpired(Guid id) => cluster.Credits.Entries(id).Any(e => e.Kind == EntryKind.HoldExpired);

    private async Task<List<Guid>> AccountsWithAHold(int count, TimeSpan life)
    {
        var ids = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToList();
        await Task.WhenAll(ids.Select(async id =>
        {
            var account = cluster.Grains.GetGrain<ICreditAccountGrain>(id);
            await account.Grant(new GrantCredits("g", 10, "test"));
            await account.Reserve(new ReserveCredits("r", Guid.CreateVersion7(), 4, life));
        }));
        return ids;
    }
}
