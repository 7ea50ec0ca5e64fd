using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>Each test has its own queue, to which only the test reports.</summary>
[Collection(nameof(GrainCluster))]
public sealed class WorkQueueGrainTests(GrainCluster cluster)
{
    private static long _lastKey;

    private readonly IWorkQueueGrain _queue =
        cluster.Grains.GetGrain<IWorkQueueGrain>(Interlocked.Increment(ref _lastKey));

    [Fact]
    public async Task WaitForSlots_SlotBecomesFree_IsAnsweredThen()
    {
        var running = new RunningWork(Guid.CreateVersion7(), Guid.CreateVersion7());
        await _queue.Report(ReportOf(1, running));
        var waiting = _queue.WaitForSlots(Request(), TestContext.Current.CancellationToken);
        await _queue.Report(ReportOf(1, running));
        Assert.False(waiting.IsCompleted);

        await _queue.Report(ReportOf(1));

        Assert.Equal(cluster.Silo, Assert.Single((await waiting).Slots).Silo);
    }

    [Fact]
    public async Task WaitForSlots_NothingFree_AnswersThePositionAfterAWhile()
    {
        await _queue.Report(ReportOf(0));

        var answers = await Task.WhenAll(
            _queue.WaitForSlots(Request(), TestContext.Current.CancellationToken),
            _queue.WaitForSlots(Request(), TestContext.Current.CancellationToken));

        Assert.All(answers, answer => Assert.Empty(answer.Slots));
        Assert.Equal([0, 1], answers.Select(answer => answer.Position).Order());
    }

    [Fact]
    public async Task SetPaused_NewActivation_IsPausedStill()
    {
        await _queue.SetPaused(true);
        await cluster.Deactivate(_queue);
        await _queue.Report(ReportOf(1));

        Assert.True((await _queue.GetView()).IsPaused);
        var waiting = _queue.WaitForSlots(Request(), TestContext.Current.CancellationToken);
        await _queue.Report(ReportOf(1));
        Assert.False(waiting.IsCompleted);
        await _queue.SetPaused(false);

        Assert.Single((await waiting).Slots);
    }

    [Fact]
    public async Task SetPaused_StorageFails_NothingIsPausedAndTheCallerIsNotified()
    {
        await _queue.Report(ReportOf(1));
        cluster.Storage.FailNextWriteOf(_queue);

        await Assert.ThrowsAsync<OrleansException>(() => _queue.SetPaused(true));

        Assert.False((await _queue.GetView()).IsPaused);
    }

    [Fact]
    public async Task SetDraining_NewActivation_NotifiesTheSiloStill()
    {
        await _queue.SetDraining("west", true);
        await _queue.SetDraining("east", true);
        await _queue.SetDraining("west", false);
        await cluster.Deactivate(_queue);

        Assert.True(await _queue.Report(ReportOf(1)));
        Assert.False(await _queue.Report(ReportOf(1) with { SiloName = "west" }));
        await _queue.SetDraining("east", false);

        Assert.False(await _queue.Report(ReportOf(1)));
    }

    [Fact]
    public async Task SetDraining_ManyAtOnce_AllAreKept()
    {
        var names = Enumerable.Range(0, 20).Select(i => $"silo {i}").ToList();

        await Task.WhenAll(names.Select(name => _queue.SetDraining(name, true)));
        await cluster.Deactivate(_queue);

        foreach (var name in names)
        {
            Assert.True(await _queue.Report(ReportOf(1) with { SiloName = name }));
        }
    }

    [Fact]
    public async Task SetPaused_Repeated_IsStoredOnce()
    {
        await _queue.SetPaused(true);
        await _queue.SetPaused(true);

        Assert.Equal(1, cluster.Storage.WritesOf(_queue));
    }

    private static SlotRequest Request() => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "standard", DateTimeOffset.UnixEpoch, 1, 60_000);

    private SiloCapacity ReportOf(int capacity, params RunningWork[] running) =>
        new(cluster.Silo, "east", capacity, 0, [.. running], false, null, []);
}
