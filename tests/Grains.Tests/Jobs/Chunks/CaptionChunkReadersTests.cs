using Ax2.Captions.Speech;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Chunks;

/// <summary>Calls that interleave show only what is stored, however slow or broken the storage is.</summary>
[Collection(nameof(GrainCluster))]
public sealed class CaptionChunkReadersTests(GrainCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly ChunkSpan Span = new(0, 0, 4_000, 0, 4_000);
    private readonly Guid _job = Guid.CreateVersion7();

    private ICaptionChunkGrain Chunk => cluster.Grains.GetGrain<ICaptionChunkGrain>(_job, "0");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cluster.Reset();
        cluster.Speech.Script.Add(new SpeechSegment(500, 900, [new("Hello.", 500, 900, true)]));
        using var audio = new MemoryStream(MadeAudio.Of((4_000, 5_000)));
        await cluster.Store.PutAsync(ChunkSpan.AudioKey(_job, 0), audio, Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Readers_WhileTheBeginIsWritten_SeeNoAttempt()
    {
        cluster.Speech.Hold();
        var write = cluster.Storage.HoldNextWriteOf(Chunk);
        var begin = Chunk.Begin(Command());
        await write.Begun.WaitAsync(Timeout, Cancellation);

        var report = await Chunk.WaitForReport(-1, Cancellation);
        Assert.Equal((WorkState.Idle, 0), (report.State, report.Attempt));
        Assert.Null(await Chunk.GetResult());

        write.Release();
        Assert.Equal((WorkState.Running, 1), ((await begin).State, (await begin).Attempt));
        // The reading did not cost it its activation.
        await cluster.Speech.Entered.WaitAsync(Timeout, Cancellation);
        cluster.Speech.Release();
        Assert.Equal((WorkState.Done, 1), await End());
    }

    /// <summary>
    /// A poll of an activation that is not at work ends it. A begin that arrives beside it goes to the next one, and is
    /// never ended by it.
    /// </summary>
    [Fact]
    public async Task Begin_BesideAPoll_RunsToItsEnd()
    {
        for (var index = 0; index < 40; index++)
        {
            var chunk = cluster.Grains.GetChunk(_job, index);
            using var audio = new MemoryStream(MadeAudio.Of((4_000, 5_000)));
            await cluster.Store.PutAsync(ChunkSpan.AudioKey(_job, index), audio, Cancellation);
            var poll = chunk.WaitForReport(-1, Cancellation);
            var begin = chunk.Begin(Command() with { Span = Span with { Index = index } });
            await poll;
            var report = await begin;
            while (report.State == WorkState.Running)
            {
                report = await chunk.WaitForReport(report.Revision, Cancellation);
            }

            Assert.Equal((WorkState.Done, 1), (report.State, report.Attempt));
        }
    }

    [Fact]
    public async Task Readers_WhileTheEndIsWritten_SeeItRunning()
    {
        var write = await ReachTheEnd(() => cluster.Storage.HoldNextWriteOf(Chunk));
        await write.Begun.WaitAsync(Timeout, Cancellation);

        Assert.Equal(WorkState.Running, (await Chunk.WaitForReport(-1, Cancellation)).State);
        Assert.Null(await Chunk.GetResult());

        write.Release();
        Assert.Equal((WorkState.Done, 1), await End());
        Assert.NotNull(await Chunk.GetResult());
    }

    [Fact]
    public async Task Readers_AfterTheEndFailedOnce_SeeWhatIsStoredThen()
    {
        var write = await ReachTheEnd(() =>
        {
            cluster.Storage.FailNextWriteOf(Chunk);
            return cluster.Storage.HoldNextWriteOf(Chunk);
        });
        // It is the second try.
        await write.Begun.WaitAsync(Timeout, Cancellation);

        Assert.Equal(WorkState.Running, (await Chunk.WaitForReport(-1, Cancellation)).State);
        Assert.Null(await Chunk.GetResult());

        write.Release();
        Assert.Equal((WorkState.Done, 1), await End());
    }

    /// <summary>Its key is gone, or the row is damaged: the job can be deleted or tried again all the same.</summary>
    [Fact]
    public async Task Delete_RowCannotBeRead_RemovesIt()
    {
        await Chunk.Begin(Command());
        Assert.Equal((WorkState.Done, 1), await End());
        await cluster.Deactivate(Chunk);
        cluster.Storage.MakeUnreadable(Chunk);
        var writes = cluster.Storage.WritesOf(Chunk);
        await Assert.ThrowsAsync<OrleansException>(() => Chunk.Begin(Command()));
        await Assert.ThrowsAsync<OrleansException>(Chunk.GetResult);
        Assert.Equal(writes, cluster.Storage.WritesOf(Chunk));

        await Chunk.Delete();

        Assert.Null(await Chunk.GetResult());
        await Chunk.Begin(Command());
        Assert.Equal((WorkState.Done, 1), await End());
    }

    private async Task<WatchedStorage.HeldWrite> ReachTheEnd(Func<WatchedStorage.HeldWrite> prepareWrite)
    {
        cluster.Speech.Hold();
        await Chunk.Begin(Command());
        await cluster.Speech.Entered.WaitAsync(Timeout, Cancellation);
        var write = prepareWrite();
        cluster.Speech.Release();
        return write;
    }

    private async Task<(WorkState State, int Attempt)> End()
    {
        var report = await Chunk.WaitForReport(-1, Cancellation);
        while (report.State == WorkState.Running)
        {
            report = await Chunk.WaitForReport(report.Revision, Cancellation);
        }

        return (report.State, report.Attempt);
    }

    private static BeginChunk Command() => new(Guid.CreateVersion7(), Guid.CreateVersion7(), Span, "en", null);
}
