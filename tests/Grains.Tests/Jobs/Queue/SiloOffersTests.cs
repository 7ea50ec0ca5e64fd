using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>Two silos with room for two pieces of work each, and the queue that they offer it to.</summary>
public sealed class SiloOffersTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster;

    public SiloOffersTests()
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
    public async Task Offer_SlotIsTakenAndGivenBack_NextJobHasItAtOnce()
    {
        var places = (await Slots(4)).Select(Enter).ToList();
        var waiting = Slots(1);
        Assert.False(waiting.IsCompleted);

        places[0].Dispose();

        Assert.Single(await waiting);
        places.ForEach(place => place.Dispose());
    }

    [Fact]
    public async Task Stop_WorkRuns_WaitsForItAndIsGivenNothingNew()
    {
        var slots = await Slots(4);
        var places = slots.ToLookup(slot => slot.Silo, Enter);
        var silo = _cluster.Silos[1];
        var stopping = _cluster.StopSiloAsync(silo, TestContext.Current.CancellationToken);
        await Stopping(silo);

        places[silo.SiloAddress].First().Dispose();
        var answer = await Queue.WaitForSlots(Request(1), TestContext.Current.CancellationToken);

        Assert.Empty(answer.Slots);
        Assert.False(stopping.IsCompleted);
        places[silo.SiloAddress].Last().Dispose();
        await stopping;
        places.SelectMany(place => place).ToList().ForEach(place => place.Dispose());
    }

    /// <summary>The silos do not offer to this queue by themselves.</summary>
    [Fact]
    public async Task WaitForSlots_OneSiloHasNotToldYetWhatItRuns_NothingIsGiven()
    {
        var queue = _cluster.Client.GetGrain<IWorkQueueGrain>(1);
        var (told, untold) = (_cluster.Silos[0].SiloAddress, _cluster.Silos[1].SiloAddress);
        await queue.Offer(new SiloOffer(told, "told", 1, 0, [], false, null, []));
        var waiting = queue.WaitForSlots(Request(1), TestContext.Current.CancellationToken);
        await queue.GetView();
        Assert.False(waiting.IsCompleted);

        await queue.Offer(new SiloOffer(untold, "untold", 0, 0, [], false, null, []));

        Assert.Equal(told, Assert.Single((await waiting).Slots).Silo);
    }

    [Fact]
    public async Task Offer_SiloIsDrained_BeginsNothingNew()
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

    /// <summary>Stands in line until it was given all that it wants.</summary>
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
        var place = SlotsOf(slot).TryEnter(slot.SlotId, Guid.CreateVersion7(), slot.Kind);
        Assert.NotNull(place);
        return place;
    }

    private WorkerSlots SlotsOf(WorkSlot slot) => _cluster.Silos
        .Single(silo => silo.SiloAddress.Equals(slot.Silo)).ServiceProvider.GetRequiredService<WorkerSlots>();
}
