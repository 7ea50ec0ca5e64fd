using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Jobs.Queue;
using Xunit;

namespace Ax2.Jobs.Chunks;

[Collection(nameof(GrainCluster))]
public sealed class CaptionChunkGrainTests(GrainCluster cluster) : IAsyncLifetime
{
    private const string StateName = "caption-chunk";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly ChunkSpan Span = new(3, 60_000, 64_000, 58_000, 66_000);
    private readonly Guid _job = Guid.CreateVersion7();

    private ICaptionChunkGrain Chunk => cluster.Grains.GetGrain<ICaptionChunkGrain>(_job, "3");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cluster.Reset();
        cluster.Speech.Script.Add(new SpeechSegment(2_500, 3_400, [new("Hello.", 2_500, 3_400, true)]));
        using var audio = new MemoryStream(MadeAudio.Of((2_100, 5_000), (1_500, 10), (4_400, 5_000)));
        await cluster.Store.PutAsync(ChunkSpan.AudioKey(_job, 3), audio, Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Begin_Audio_ChecksItsWordsInWithTimesOfTheFile()
    {
        var done = await Run();
        var result = await Chunk.GetResult();

        Assert.Equal((WorkState.Done, 1, 4_000), (done.State, done.Attempt, done.ProcessedMs));
        Assert.Equal((Span, 1, "scripted"), (result!.Span, result.Attempt, result.Engine));
        Assert.Equal(
            new TimedWord("Hello.", 60_500, 61_400, true), Assert.Single(Assert.Single(result.Segments).Words));
        Assert.Equal([new TimeSpanMs(60_100, 61_600)], result.QuietSpans);
    }

    [Fact]
    public async Task Begin_AfterTheCheckpoint_RecognisesNothingAgain()
    {
        await Run();
        await cluster.Deactivate(Chunk);
        var writes = cluster.Storage.WritesOf(Chunk);

        var again = await Chunk.Begin(Command());

        Assert.Equal((WorkState.Done, 1), (again.State, again.Attempt));
        Assert.Equal((1, writes), (cluster.Speech.Runs, cluster.Storage.WritesOf(Chunk)));
    }

    [Fact]
    public async Task Begin_WhileItRuns_Joins()
    {
        cluster.Speech.Hold();
        await Chunk.Begin(Command());
        var joined = await Chunk.Begin(Command());
        cluster.Speech.Release();

        Assert.Equal((WorkState.Running, 1), (joined.State, joined.Attempt));
        Assert.Equal(WorkState.Done, (await End(joined)).State);
        Assert.Equal(1, cluster.Speech.Runs);
    }

    [Fact]
    public async Task Begin_TransientFault_WaitsAndIsBegunAgain()
    {
        cluster.Speech.Failures.Enqueue(new SpeechException(SpeechFault.Transient, "busy"));

        var waiting = await Run();
        var done = await Run();

        Assert.Equal((WorkState.Waiting, 1), (waiting.State, waiting.Attempt));
        Assert.Equal(JobRefusals.EngineUnavailable, waiting.Refusal?.Code);
        Assert.Equal((WorkState.Done, 2), (done.State, done.Attempt));
    }

    [Fact]
    public async Task Begin_Throttled_IsNotBegunBeforeTheProviderSays()
    {
        cluster.Speech.Failures.Enqueue(
            new SpeechException(SpeechFault.Throttled, "slow down", TimeSpan.FromMinutes(10)));

        var waiting = await Run();
        var again = await Run();

        Assert.Equal(WorkState.Waiting, waiting.State);
        Assert.True(waiting.RetryAt > TimeProvider.System.GetUtcNow().AddMinutes(9));
        Assert.Equal((WorkState.Waiting, 1, waiting.RetryAt), (again.State, again.Attempt, again.RetryAt));
        Assert.Equal(1, cluster.Speech.Runs);
    }

    [Fact]
    public async Task Begin_PermanentFault_FailsAtOnce()
    {
        cluster.Speech.Failures.Enqueue(new SpeechException(SpeechFault.Permanent, "secret reason"));

        var failed = await Run();

        Assert.Equal((WorkState.Failed, JobRefusals.SpeechRefused), (failed.State, failed.Refusal?.Code));
        Assert.DoesNotContain("secret", failed.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(WorkState.Failed, (await Run()).State);
        Assert.Equal(1, cluster.Speech.Runs);
    }

    [Fact]
    public async Task Begin_UnknownEngine_FailsAtOnce()
    {
        var failed = await End(await Chunk.Begin(Command() with { Engine = "oracle" }));

        Assert.Equal((WorkState.Failed, JobRefusals.EngineUnavailable), (failed.State, failed.Refusal?.Code));
    }

    [Fact]
    public async Task Begin_TwoWorkersDied_WaitsUntilItIsAlone()
    {
        await DieAtWork(times: 2);
        cluster.Speech.Hold();
        var neighbour = cluster.Slots.TryEnter(Guid.CreateVersion7(), Guid.CreateVersion7(), WorkKind.Chunk);
        var begun = await Chunk.Begin(Command());
        Assert.Equal((WorkState.Running, false), (begun.State, (await Stored()).IsAlone));
        neighbour!.Dispose();
        await cluster.Speech.Entered.WaitAsync(Timeout, Cancellation);

        Assert.True((await Stored()).IsAlone);
        cluster.Speech.Release();
        Assert.Equal((WorkState.Done, 3), await StateAndAttempt(End(begun)));
    }

    [Fact]
    public async Task Begin_DiedAlone_IsPoisonous()
    {
        await DieAtWork(times: 3);
        await Overwrite(chunk => chunk with { IsAlone = true });

        var failed = await Chunk.Begin(Command());

        Assert.Equal(
            (WorkState.Failed, 3, JobRefusals.ChunkPoisonous), (failed.State, failed.Attempt, failed.Refusal?.Code));
    }

    [Fact]
    public async Task Begin_StoppedAndHandedOverManyTimes_IsNoDeath()
    {
        for (var k = 0; k < 3; k++)
        {
            await BeginHeld();
            await Chunk.Stop();
            Assert.Equal(WorkState.Idle, (await Chunk.WaitForReport(0, Cancellation)).State);

            await BeginHeld();
            await cluster.Deactivate(Chunk);
        }

        cluster.Speech.Release();
        var done = await Run();

        Assert.Equal((WorkState.Done, 7), (done.State, done.Attempt));
        Assert.Equal(0, (await Stored()).WorkerDeaths);
    }

    [Fact]
    public async Task End_AttemptThatWasOvertaken_IsRefused()
    {
        await BeginHeld();
        // Another activation, on the other side of a torn network, took this one's worker for dead.
        var newer = Guid.CreateVersion7();
        await Overwrite(chunk => Begun(chunk, newer));

        cluster.Speech.Release();
        await End(await Chunk.WaitForReport(1, Cancellation));

        var stored = await Stored();
        Assert.Equal((2, newer, true), (stored.Attempt, stored.AttemptId, stored.IsAttemptOpen));
        Assert.Null(stored.Result);
        Assert.Null(await Chunk.GetResult());
    }

    [Fact]
    public async Task End_OvertakenByAnAttemptThatIsDone_LeavesItsCheckpoint()
    {
        await BeginHeld();
        var others = new ChunkResult(Span, 2, "other", [], []);
        await Overwrite(chunk => ChunkFlow.Done(Begun(chunk, Guid.CreateVersion7()), others));

        cluster.Speech.Release();
        await End(await Chunk.WaitForReport(1, Cancellation));

        Assert.Equal(("other", 2), ((await Stored()).Result!.Engine, (await Stored()).Result!.Attempt));
        var report = await Chunk.Begin(Command());
        Assert.Equal((WorkState.Done, 2), (report.State, report.Attempt));
    }

    [Fact]
    public async Task End_StorageFails_KeepsTheWordsUntilItIsBack()
    {
        await BeginHeld();
        cluster.Storage.FailNextWriteOf(Chunk);

        cluster.Speech.Release();
        var done = await End(await Chunk.WaitForReport(1, Cancellation));

        Assert.Equal((WorkState.Done, 1), (done.State, done.Attempt));
        Assert.Equal(1, cluster.Speech.Runs);
    }

    [Fact]
    public async Task Begin_StorageFailsOnce_IsTriedAgainAndIsNoDeath()
    {
        cluster.Storage.FailNextWriteOf(Chunk);

        var done = await Run();

        Assert.Equal((WorkState.Done, 1), (done.State, done.Attempt));
        Assert.Equal(0, (await Stored()).WorkerDeaths);
    }

    /// <summary>After the death of a silo there may be two activations for a while.</summary>
    [Fact]
    public async Task GetResult_AnotherActivationStoredIt_IsReadAtTheSecondAsking()
    {
        Assert.Null(await Chunk.GetResult());
        var result = new ChunkResult(Span, 1, "other", [], []);
        await cluster.Storage.Overwrite<CaptionChunkState>(
            Chunk, StateName, chunk => chunk with { Span = Span, Attempt = 1, Result = result });

        await Chunk.GetResult();

        Assert.Equal("other", (await Chunk.GetResult())?.Engine);
    }

    [Fact]
    public async Task Delete_Checkpoint_LeavesNothing()
    {
        await Run();

        await Chunk.Delete();
        await Chunk.Delete();

        Assert.Null(await Chunk.GetResult());
        Assert.Equal((WorkState.Done, 1), await StateAndAttempt(Run()));
        Assert.Equal(2, cluster.Speech.Runs);
    }

    private static BeginChunk Command() => new(Guid.CreateVersion7(), Guid.CreateVersion7(), Span, "en", null);

    private static async Task<(WorkState, int)> StateAndAttempt(Task<ChunkReport> report) =>
        ((await report).State, (await report).Attempt);

    private async Task BeginHeld()
    {
        cluster.Speech.Hold();
        await Chunk.Begin(Command());
        await cluster.Speech.Entered.WaitAsync(Timeout, Cancellation);
    }

    private async Task<ChunkReport> Run() => await End(await Chunk.Begin(Command()));

    private async Task<ChunkReport> End(ChunkReport report)
    {
        while (report.State == WorkState.Running)
        {
            report = await Chunk.WaitForReport(report.Revision, Cancellation);
        }

        return report;
    }

    /// <summary>Leaves in the storage what so many workers leave that were killed at work.</summary>
    private async Task DieAtWork(int times)
    {
        await cluster.Deactivate(Chunk);
        for (var k = 0; k < times; k++)
        {
            await Overwrite(chunk => Begun(chunk, Guid.CreateVersion7()));
        }
    }

    private static CaptionChunkState Begun(CaptionChunkState chunk, Guid attemptId) =>
        ChunkFlow.Begin(chunk, Span, attemptId, new JobOptions(), TimeProvider.System.GetUtcNow());

    private Task Overwrite(Func<CaptionChunkState, CaptionChunkState> change) =>
        cluster.Storage.Overwrite(Chunk, StateName, change);

    private Task<CaptionChunkState> Stored() => cluster.Storage.Read<CaptionChunkState>(Chunk, StateName);
}
