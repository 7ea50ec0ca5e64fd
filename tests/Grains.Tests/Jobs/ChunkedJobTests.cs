using System.Text;
using Ax2.Captions;
using Ax2.Jobs.Sweep;
using Xunit;

namespace Ax2.Jobs;

[Collection(nameof(GrainCluster))]
public sealed class ChunkedJobTests(GrainCluster cluster) : ChunkedJobs(cluster)
{
    [Fact]
    public async Task Start_LongFile_IsRecognisedInChunksAndJoined()
    {
        var over = await Run();

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(10, over.ChargedCredits);
        Assert.Equal(10, over.Charge!.TotalCredits);
        Assert.Equal([0L, 20_000, 40_000], over.Chunks.Select(chunk => chunk.StartMs));
        Assert.All(over.Chunks, chunk => Assert.Equal(ChunkProgress.Done, chunk.State));
        Assert.Equal([1_000L, 21_000, 41_000], (await Cues(over)).Select(cue => cue.StartMs));
        Assert.NotNull(over.Quality);
        Assert.Equal(3, Cluster.Speech.Runs);
        await AssertNothingIsLeft(over, checkpoints: 0);
    }

    [Fact]
    public async Task RenderDraft_WhileTheRestRuns_HasTheFinishedSentences()
    {
        var job = await StartHoldingTheLastChunk();

        var draft = await job.RenderDraft(Workspace, "en", CaptionFormatIds.Json);

        Assert.Equal(40_000, draft?.UntilMs);
        var text = Encoding.UTF8.GetString(draft!.File.Content);
        Assert.Contains("\"draftUntilMs\": 40000", text, StringComparison.Ordinal);
        Assert.Single(text.Split("Good morning.").Skip(1));
        Assert.Null(await job.RenderDraft(Guid.CreateVersion7(), "en", CaptionFormatIds.Json));
        Cluster.Speech.Release();
        await End(job);
        Assert.Null(await job.RenderDraft(Workspace, "en", CaptionFormatIds.Json));
    }

    [Fact]
    public async Task Sweep_AJobThatLostItsActivation_IsDrivenOnAndRepeatsNothing()
    {
        var job = await StartHoldingTheLastChunk();
        var ended = new TaskCompletionSource<JobView>();
        Cluster.Index.Written += view => _ = view.IsOver && ended.TrySetResult(view);
        await Cluster.Deactivate(job);
        Cluster.Speech.Release();

        await Sweep();

        Assert.Equal(JobStage.Done, (await ended.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken)).Stage);
        Assert.Equal(3, Cluster.Speech.Runs);
    }

    /// <summary>Else the next activation's own writes would be refused, and it would give the job up.</summary>
    [Fact]
    public async Task Deactivate_WriteIsUnderWay_IsWaitedFor()
    {
        var job = await StartHoldingTheLastChunk();
        var ended = new TaskCompletionSource<JobView>();
        Cluster.Index.Written += view => _ = view.IsOver && ended.TrySetResult(view);
        var write = Cluster.Storage.HoldNextWriteOf(job);
        Cluster.Speech.Release();
        await write.Begun.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        var deactivated = Cluster.Deactivate(job);
        var sweep = Sweep();
        write.Release();
        await deactivated;
        await sweep;

        var over = await ended.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        Assert.Equal((JobStage.Done, 3), (over.Stage, Cluster.Speech.Runs));
    }

    [Fact]
    public async Task Start_WithARangeToMerge_ReplacesTheCuesInIt()
    {
        var target = await Run();
        Say("Fine evening.");
        var command = await Command() with
        {
            UploadId = target.UploadId,
            Range = new TimeSpanMs(15_000, 30_000),
            MergeInto = target.JobId,
        };

        var over = await Run(command);

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(3, over.ChargedCredits);
        Assert.Empty(over.Tracks);
        Assert.Equal(
            [(1_000L, "Good morning."), (16_000, "Fine evening."), (41_000, "Good morning.")],
            (await Cues(target)).Select(cue => (cue.StartMs, cue.Text)));
    }

    /// <summary>Else a watcher would hear of the end under the number of the event before it, and miss it.</summary>
    [Fact]
    public async Task WaitForEvent_EndIsBeingStored_IsAnsweredWhenItIs()
    {
        var job = NewJob();
        var settling = new TaskCompletionSource<(long Number, WatchedStorage.HeldWrite Write)>();
        Cluster.Index.Written += view =>
        {
            if (view.JobId == job.GetPrimaryKey() && view.Stage == JobStage.Settling)
            {
                settling.SetResult((view.EventNumber, Cluster.Storage.HoldNextWriteOf(job)));
            }
        };
        await job.Start(await Command());
        var (number, write) = await settling.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await write.Begun.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        var waiting = job.WaitForEvent(Workspace, number, TestContext.Current.CancellationToken);
        // It may not come to be: nobody is told.
        Assert.Equal(JobStage.Settling, (await job.Get(Workspace))!.Stage);
        Assert.False(waiting.IsCompleted);
        write.Release();
        var over = await waiting;

        Assert.Equal(JobStage.Done, over!.Stage);
        Assert.True(over.EventNumber > number);
    }

    /// <summary>
    /// The index may be down after the reservation: no sweep finds the job then, but its caller tries again.
    /// </summary>
    [Fact]
    public async Task Start_RepeatedAfterTheIndexFailed_IsDrivenAtOnce()
    {
        var (job, command) = (NewJob(), await Command());
        Cluster.Index.Written += FailOnce;
        await Assert.ThrowsAnyAsync<Exception>(() => job.Start(command));

        await job.Start(command);

        Assert.Equal(JobStage.Done, (await End(job)).Stage);

        void FailOnce(JobView view)
        {
            Cluster.Index.Written -= FailOnce;
            throw new IOException("The index is down.");
        }
    }

    /// <summary>
    /// After the death of a silo there may be two activations for a while, and one may have ended what the other still
    /// tries.
    /// </summary>
    [Fact]
    public async Task Step_FailsWithoutEnd_IsLeftToAnActivationThatReadsAnew()
    {
        var job = NewJob();
        var failed = new TaskCompletionSource<WatchedStorage.HeldWrite>();
        Cluster.Store.OnEffect = effect =>
        {
            if (effect == "before delete")
            {
                // What is held is the write that counts the failure.
                _ = !failed.Task.IsCompleted && failed.TrySetResult(Cluster.Storage.HoldNextWriteOf(job));
                throw new IOException("The store is down.");
            }
        };
        await job.Start(await Command());
        var count = await failed.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await count.Begun.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        await Cluster.Storage.Overwrite<CaptionJobState>(job, "caption-job", Ended);
        count.Release();

        Assert.Equal(JobStage.Done, (await End(job)).Stage);

        static CaptionJobState Ended(CaptionJobState state) => state with
        {
            Stage = JobStage.Done,
            EventNumber = state.EventNumber + 1,
        };
    }

    [Theory]
    [InlineData(30_000, 20_000)]
    [InlineData(-1, 20_000)]
    [InlineData(0, 60_001)]
    public async Task Start_WithARangeOutsideTheMedia_IsRefused(long startMs, long endMs)
    {
        var command = await Command() with { Range = new TimeSpanMs(startMs, endMs) };

        Assert.Equal(JobRefusals.RangeInvalid, (await NewJob().Start(command)).Refusal?.Code);
    }

    [Fact]
    public async Task Start_MergingIntoAnotherFilesJob_IsRefused()
    {
        var target = await Run();
        var command = await Command() with { MergeInto = target.JobId };

        Assert.Equal(JobRefusals.MergeImpossible, (await NewJob().Start(command)).Refusal?.Code);
        Assert.Equal(
            JobRefusals.JobUnknown,
            (await NewJob().Start(command with { MergeInto = Guid.CreateVersion7() })).Refusal?.Code);
    }

    [Fact]
    public async Task Start_WithAnEngineThatIsNotThere_IsRefused()
    {
        var command = await Command() with { Engine = "none" };

        Assert.Equal(JobRefusals.EngineUnavailable, (await NewJob().Start(command)).Refusal?.Code);
    }

    /// <summary>
    /// The schedule of the silo may have woken the sweeper in another test: then it knows that one's list.
    /// </summary>
    private async Task Sweep()
    {
        var sweeper = Cluster.Grains.GetGrain<IJobSweeperGrain>(0);
        await Cluster.Deactivate(sweeper);
        await sweeper.Sweep(TimeSpan.Zero);
    }
}
