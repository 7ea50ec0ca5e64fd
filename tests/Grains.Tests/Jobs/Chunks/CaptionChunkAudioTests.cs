using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Jobs.Chunks;

/// <summary>Audio that is lost, or not whole, is to be cut again: it is no fault of the speech engine.</summary>
[Collection(nameof(GrainCluster))]
public sealed class CaptionChunkAudioTests(GrainCluster cluster) : IAsyncLifetime
{
    private static readonly ChunkSpan Span = new(0, 0, 4_000, 0, 4_000);
    private readonly Guid _job = Guid.CreateVersion7();

    private ICaptionChunkGrain Chunk => cluster.Grains.GetChunk(_job, 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        cluster.Reset();
        cluster.Speech.Script.Add(new SpeechSegment(500, 900, [new("Hello.", 500, 900, true)]));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Begin_AudioIsLost_WaitsForItAndIsBegunAgain()
    {
        var waiting = await Run();
        await PutAudio(4_000);
        var done = await Run();

        Assert.Equal((WorkState.Waiting, JobRefusals.AudioLost), (waiting.State, waiting.Refusal?.Code));
        Assert.Equal((WorkState.Done, 2), (done.State, done.Attempt));
    }

    /// <summary>The cutter writes only what is not there.</summary>
    [Fact]
    public async Task Begin_AudioIsNotWhole_IsNoResultAndMakesWayForTheWhole()
    {
        await PutAudio(1_000);

        var waiting = await Run();

        Assert.Equal((WorkState.Waiting, JobRefusals.AudioLost), (waiting.State, waiting.Refusal?.Code));
        Assert.Null(await Chunk.GetResult());
        Assert.Empty(cluster.Store.Keys);
    }

    [Fact]
    public async Task Begin_AudioStaysLost_FailsForThatReason()
    {
        cluster.Jobs.MaxStageAttempts = 7;
        var report = await Run();
        for (var tries = 1; tries < cluster.Jobs.MaxStageAttempts; tries++)
        {
            Assert.Equal(WorkState.Waiting, report.State);
            report = await Run();
        }

        Assert.Equal((WorkState.Failed, JobRefusals.AudioLost), (report.State, report.Refusal?.Code));
        Assert.Equal(0, cluster.Speech.Runs);
    }

    private async Task PutAudio(int ms)
    {
        using var audio = new MemoryStream(MadeAudio.Of((ms, 5_000)));
        await cluster.Store.PutAsync(ChunkSpan.AudioKey(_job, 0), audio, Cancellation);
    }

    private async Task<ChunkReport> Run()
    {
        var report = await Chunk.Begin(
            new BeginChunk(Guid.CreateVersion7(), Guid.CreateVersion7(), Span, "en", null));
        while (report.State == WorkState.Running)
        {
            report = await Chunk.WaitForReport(report.Revision, Cancellation);
        }

        return report;
    }
}
