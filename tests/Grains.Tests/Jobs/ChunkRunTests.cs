using System.Net;
using Ax2.Jobs.Chunks;
using Ax2.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs;

/// <summary>One activation's work on its pieces, with a queue and a chunk that are scripted.</summary>
public sealed class ChunkRunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly ScriptedStorage<CaptionJobState> _job = new(new CaptionJobState
    {
        Command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null),
    });

    private int _asked;

    /// <summary>The activation may go between any two steps: then its thread must not be kept.</summary>
    [Fact]
    public async Task WaitForSlot_IsCancelledBeforeItAsks_Ends()
    {
        var run = Run(TimeProvider.System, Scripted.As<ICaptionChunkGrain>((_, _) => null));

        // On a thread of its own: a run that does not end would keep that of the test.
        var test = TestContext.Current.CancellationToken;
        var standing = Task.Run(() => run.WaitForSlotAsync(new CancellationToken(canceled: true)), test);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => standing.WaitAsync(Patience, test));
    }

    /// <param name="aheadMs">How long before the end of the rest the clock is read for the first time.</param>
    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(40)]
    [InlineData(50)]
    [InlineData(60)]
    public async Task Run_RestEndsBetweenTwoReadingsOfTheClock_BeginsThePiece(int aheadMs)
    {
        _job.State = _job.State with
        {
            IsCutComplete = true,
            Chunks = [new JobChunk(new ChunkSpan(0, 0, 4_000, 0, 4_000), IsCut: true)],
        };
        var chunk = Scripted.As<ICaptionChunkGrain>((method, _) => Task.FromResult(
            method == nameof(ICaptionChunkGrain.Begin)
                ? new ChunkReport(WorkState.Done, 2, 1, 4_000, null, null)
                : new ChunkReport(WorkState.Waiting, 1, 1, 0, Noon, null)));
        var clock = new SteppingClock(Noon.AddMilliseconds(-aheadMs), TimeSpan.FromMilliseconds(20));
        var test = TestContext.Current.CancellationToken;

        await Task.Run(() => Run(clock, chunk).RunAsync(test), test).WaitAsync(Patience, test);

        Assert.Equal(ChunkOutcome.Done, _job.State.Chunks[0].Outcome);
        Assert.Equal(1, _asked);
    }

    private Recognition Run(TimeProvider time, ICaptionChunkGrain chunk)
    {
        var silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
        var queue = Scripted.As<IWorkQueueGrain>((method, arguments) =>
        {
            Assert.Equal(nameof(IWorkQueueGrain.WaitForSlots), method);
            arguments.OfType<CancellationToken>().Single().ThrowIfCancellationRequested();
            _asked++;
            return Task.FromResult(new SlotAnswer(
                [new WorkSlot(Guid.CreateVersion7(), silo, WorkKind.Chunk)], 0, null, false));
        });
        var grains = Scripted.As<IGrainFactory>((_, arguments) => arguments[0] is Guid ? chunk : queue);
        var job = new StoredState<CaptionJobState>(_job, _ => { });
        return new Recognition(Guid.CreateVersion7(), job, grains, new JobOptions(), time, NullLogger.Instance);
    }

    /// <summary>Time passes whenever it is looked at.</summary>
    private sealed class SteppingClock(DateTimeOffset now, TimeSpan step) : TimeProvider
    {
        private DateTimeOffset _now = now - step;

        public override DateTimeOffset GetUtcNow() => _now += step;
    }
}
