using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>Two silos with capacity for two chunks each, and the queue that they report it to.</summary>
public sealed class CapacityReporterTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster;

    public CapacityReporterTests()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.UseInMemoryReminderService();
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddGrainServices(new ConfigurationBuilder().Build());
            silo.Services.Configure<JobOptions>(jobs => jobs.MaxChunksPerSilo = 2);
        });
        _cluster = builder.Build();
    }

    private IWorkQueueGrain Queue => _cluster.Client.GetGrain<IWorkQueueGrain>(0);

    [Fact]
    public async Task Report_SlotIsTakenAndGivenBack_NextJobHasItAtOnce()
    {
        var leases = (await Slots(4)).Select(Enter).ToList();
        var waiting = Slots(1);
        Assert.False(waiting.IsCompleted);

        leases[0].Dispose();

        Assert.Single(await waiting);
        leases.ForEach(lease => lease.Dispose());
    }

    [Fact]
    public async Task Stop_WorkRuns_WaitsForItAndIsGivenNothingNew()
    {
        var slots = await Slots(4);
        var leases = slots.ToLookup(slot => slot.Silo, Enter);
        var silo = _cluster.Silos[1];
        var stopping = _cluster.StopSiloAsync(silo, TestContext.Current.CancellationToken);
        await Stopping(silo);

        leases[silo.SiloAddress].First().Dispose();
        var answer = await Queue.WaitForSlots(Request(1), TestContext.Current.CancellationToken);

        Assert.Empty(answer.Slots);
        Assert.False(stopping.IsCompleted);
        leases[silo.SiloAddress].Last().Dispose();
        await stopping;
        leases.SelectMany(lease => lease).ToList().ForEach(lease => lease.Dispose());
    }

    /// <summary>The silos do not report to this queue by themselves.</summary>
    [Fact]
    public async Task WaitForSlots_OneSiloHasNotReportedYet_NothingIsGranted()
    {
        var queue = _cluster.Client.GetGrain<IWorkQueueGrain>(1);
        var (reported, silent) = (_cluster.Silos[0].SiloAddress, _cluster.Silos[1].SiloAddress);
        await queue.Report(new SiloCapacity(reported, "reported", 1, 0, [], false, null, []));
        var waiting = queue.WaitForSlots(Request(1), TestContext.Current.CancellationToken);
        await queue.GetView();
        Assert.False(waiting.IsCompleted);

        await queue.Report(new SiloCapacity(silent, "silent", 0, 0, [], false, null, []));

        Assert.Equal(reported, Assert.Single((await waiting).Slots).Silo);
    }

    [Fact]
    public async Task Report_SiloIsDrained_BeginsNothingNew()
    {
        var drained = _cluster.Silos[0].ServiceProvider;
        await Queue.SetDraining(drained.GetRequiredService<ILocalSiloDetails>().Name, true);

        var slots = await Slots(2);
        var answer = await Queue.WaitForSlots(Request(1), TestContext.Current.CancellationToken);

        Assert.All(slots, slot => Assert.Equal(_cluster.Silos[1].SiloAddress, slot.Silo));
        Assert.Empty(answer.Slots);
        Assert.Null(drained.GetRequiredService<WorkerSlots>()
            .TryEnter(Guid.CreateVersion7(), Guid.CreateVersion7(), WorkKind.Chunk));
    }

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private static SlotRequest Request(int wanted) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "standard", DateTimeOffset.UnixEpoch, wanted, 60_000);

    /// <summary>Waits until it was given all slots that it wants.</summary>
    private async Task<List<WorkSlot>> Slots(int wanted)
    {
        List<WorkSlot> slots = [];
        var request = Request(wanted);
        while (slots.Count < wanted)
        {
            var left = request with { Wanted = wanted - slots.Count };
            slots.AddRange((await Queue.WaitForSlots(left, TestContext.Current.CancellationToken)).Slots);
        }

        return slots;
    }

    private static async Task Stopping(InProcessSiloHandle silo)
    {
        var slots = silo.ServiceProvider.GetRequiredService<WorkerSlots>();
        for (var (report, changed) = slots.Read(); !report.IsStopping; (report, changed) = slots.Read())
        {
            await changed;
        }
    }

    private IDisposable Enter(WorkSlot slot)
    {
        var lease = SlotsOf(slot).TryEnter(slot.SlotId, Guid.CreateVersion7(), slot.Kind);
        Assert.NotNull(lease);
        return lease;
    }

    private WorkerSlots SlotsOf(WorkSlot slot) => _cluster.Silos
        .Single(silo => silo.SiloAddress.Equals(slot.Silo)).ServiceProvider.GetRequiredService<WorkerSlots>();
}
