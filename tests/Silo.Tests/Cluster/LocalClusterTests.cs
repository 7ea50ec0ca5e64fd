using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Cluster;

/// <summary>
/// What is done to a silo is what the others see: the membership table says so. Every later fault run stands on that.
/// </summary>
[Collection(AloneCollection.Name)]
[NeedsProcesses]
public sealed class LocalClusterTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledAndFrozenSilos_AreDeclaredDead_AndRestartedOnesJoinAgain()
    {
        await using var cluster = await StartAsync(new LocalClusterOptions { Silos = 2, Apis = 1 });
        await SeenAsync(cluster, cluster.Silos[0], MemberStatus.Active);

        await cluster.Silos[1].KillAsync(Cancellation);
        await SeenAsync(cluster, cluster.Silos[1], MemberStatus.Dead);
        await cluster.Silos[1].StartAsync(Cancellation);
        await SeenAsync(cluster, cluster.Silos[1], MemberStatus.Active);

        cluster.Silos[0].Freeze();
        await SeenAsync(cluster, cluster.Silos[0], MemberStatus.Dead);
        cluster.Silos[0].Thaw();
        await EndsAsync(cluster.Silos[0]);

        Assert.Equal(0, await cluster.Silos[1].StopAsync(Cancellation));
        Assert.True(cluster.Apis[0].IsRunning);
    }

    [Fact]
    public async Task PartitionedSilo_IsDeclaredDeadWhileItRuns_AndEndsItselfWhenHealed()
    {
        await using var cluster = await StartAsync(
            new LocalClusterOptions { Silos = 3, Apis = 0, CanPartition = true });

        cluster.Silos[2].Partition();
        await SeenAsync(cluster, cluster.Silos[2], MemberStatus.Dead);
        Assert.True(cluster.Silos[2].IsRunning);
        await SeenAsync(cluster, cluster.Silos[0], MemberStatus.Active);
        await SeenAsync(cluster, cluster.Silos[1], MemberStatus.Active);

        cluster.Silos[2].Heal();
        await EndsAsync(cluster.Silos[2]);
    }

    [Fact]
    public async Task KilledPostgres_StartsAgainOnItsPortWithItsData()
    {
        await using var cluster = await StartAsync(new LocalClusterOptions { Apis = 0 });
        var connection = cluster.Postgres.ConnectionString;

        await cluster.Postgres.KillAsync(Cancellation);
        await cluster.Postgres.StartAsync(Cancellation);

        Assert.Equal(connection, cluster.Postgres.ConnectionString);
        await SeenAsync(cluster, cluster.Silos[0], MemberStatus.Active);
        await cluster.Silos[0].WaitUntilReadyAsync(Cancellation);
    }

    private static async Task<LocalCluster> StartAsync(LocalClusterOptions options)
    {
        await Prepared.PostgresAsync(Cancellation);
        // An engine that they need not load; nobody speaks here.
        await using var speech = await SlowSpeechServer.StartAsync(1, Cancellation);
        return await LocalCluster.StartAsync(options with { Settings = speech.Settings }, Cancellation);
    }

    /// <summary>The newest incarnation of the silo has the status.</summary>
    private static async Task SeenAsync(LocalCluster cluster, SiloNode silo, MemberStatus status)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var members = await cluster.ReadMembersAsync(Cancellation);
            var seen = members.Where(member => member.Port == silo.Port).MaxBy(member => member.Generation)?.Status;
            if (seen == status)
            {
                return;
            }

            Assert.True(
                TimeProvider.System.GetElapsedTime(since) < Timeout,
                $"The {silo.Name} is {seen} and not {status} after {Timeout.TotalSeconds:0} s.");
            await Task.Delay(LookEvery, TimeProvider.System, Cancellation);
        }
    }

    /// <summary>A silo that learns that it was declared dead ends its process.</summary>
    private static async Task EndsAsync(SiloNode silo)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (silo.IsRunning)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Timeout, $"The {silo.Name} runs on.");
            await Task.Delay(LookEvery, TimeProvider.System, Cancellation);
        }
    }
}
