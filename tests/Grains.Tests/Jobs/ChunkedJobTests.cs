using System.Globalization;
using System.Text;
using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Ax2.Jobs.Sweep;
using Ax2.Media;
using Xunit;

namespace Ax2.Jobs;

/// <summary>Jobs of three chunks of 20 s, in each of which one sentence is said: they cost 10 credits.</summary>
[Collection(nameof(GrainCluster))]
public sealed class ChunkedJobTests(GrainCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Guid _workspace = Guid.CreateVersion7();

    private ICreditAccountGrain Account => cluster.Grains.GetGrain<ICreditAccountGrain>(_workspace);

    public async ValueTask InitializeAsync()
    {
        cluster.Reset();
        cluster.Jobs.ChunkTarget = TimeSpan.FromSeconds(20);
        cluster.Jobs.ChunkCutWindow = TimeSpan.Zero;
        cluster.Jobs.ChunkContext = TimeSpan.Zero;
        cluster.Decoder.DecodedMs = 60_000;
        cluster.Probe.Answer = new ProbeAnswer(
            new MediaInfo("wav", 60_000, [new AudioStream(0, "pcm_s16le", 1, 16_000, 60_000, null, true)], null), null);
        Say("Good morning.");
        await Account.Grant(new GrantCredits("test", 100, "test"));
    }

    public ValueTask DisposeAsync()
    {
        cluster.Reset();
        return ValueTask.CompletedTask;
    }

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
        Assert.Equal(3, cluster.Speech.Runs);
        await AssertNothingIsLeft(over, checkpoints: 0);
    }

    [Fact]
    public async Task OneChunkFails_IsPartialAndChargedForTheRest()
    {
        var over = await RunWithOneFailure();

        Assert.Equal(JobStage.Partial, over.Stage);
        Assert.Equal(JobRefusals.Internal, over.Refusal?.Code);
        Assert.Equal(7, over.ChargedCredits);
        Assert.Equal(new CreditBalance(93, 0), await Account.GetBalance());
        Assert.Equal(2, (await Cues(over)).Length);
        Assert.Single(over.Chunks, chunk => chunk.State == ChunkProgress.Failed);
        await AssertNothingIsLeft(over, checkpoints: 2);
    }

    [Fact]
    public async Task Retry_APartialJob_RecognisesAndChargesOnlyWhatIsMissing()
    {
        var partial = await RunWithOneFailure();

        var answer = await Job(partial).Retry(_workspace);
        var over = await End(Job(partial));

        Assert.Null(answer.Refusal);
        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(2, over.Run);
        Assert.Equal(4, over.Quote.TotalCredits);
        Assert.Equal(11, over.ChargedCredits);
        Assert.Equal(new CreditBalance(89, 0), await Account.GetBalance());
        Assert.Equal(3, (await Cues(over)).Length);
        Assert.Equal(4, cluster.Speech.Runs);
        await AssertNothingIsLeft(over, checkpoints: 0);
    }

    /// <summary>The bug of scalableminds/webknossos 9331: a failed job was refunded, and its retry was free.</summary>
    [Fact]
    public async Task Retry_AFailedJob_IsPaidForAgain()
    {
        cluster.Decoder.Failure = new MediaException(MediaRefusals.MediaUnreadable, "broken packets");
        var failed = await Run();
        Assert.Equal(JobStage.Failed, failed.Stage);
        Assert.Equal(new CreditBalance(100, 0), await Account.GetBalance());
        cluster.Decoder.Failure = null;

        await Task.WhenAll(Job(failed).Retry(_workspace), Job(failed).Retry(_workspace));
        var over = await End(Job(failed));

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(2, over.Run);
        Assert.Equal(new CreditBalance(90, 0), await Account.GetBalance());
        var holds = (await Account.ListEntries(new CreditEntryQuery(50))).Entries
            .Where(entry => entry.HoldId is not null).Select(entry => entry.HoldId).Distinct();
        Assert.Equal(2, holds.Count());
    }

    [Fact]
    public async Task Retry_WithoutTheCredits_IsRefusedAndLeavesTheJobPartial()
    {
        var partial = await RunWithOneFailure();
        await Account.Adjust(new AdjustCredits("take", -90, "test", "test"));

        var answer = await Job(partial).Retry(_workspace);

        Assert.Equal(CreditRefusals.Insufficient, answer.Refusal?.Code);
        Assert.Equal(JobStage.Partial, answer.Job?.Stage);
        Assert.Equal(2, (await Cues(partial)).Length);
        await Account.Grant(new GrantCredits("more", 90, "test"));
        await Job(partial).Retry(_workspace);
        Assert.Equal(JobStage.Done, (await End(Job(partial))).Stage);
    }

    [Fact]
    public async Task Retry_OfWhatIsThere_IsRefused()
    {
        var done = await Run();

        Assert.Equal(JobRefusals.NothingToRetry, (await Job(done).Retry(_workspace)).Refusal?.Code);
        Assert.Equal(JobRefusals.JobUnknown, (await Job(done).Retry(Guid.CreateVersion7())).Refusal?.Code);
    }

    [Fact]
    public async Task Cancel_WithFinishedChunks_DeliversAndChargesThem()
    {
        var job = await StartHoldingTheLastChunk();

        await job.Cancel(_workspace);
        var over = await End(job);

        Assert.Equal(JobStage.Cancelled, over.Stage);
        Assert.Null(over.Refusal);
        Assert.Equal(7, over.ChargedCredits);
        Assert.Equal(new CreditBalance(93, 0), await Account.GetBalance());
        Assert.Equal([1_000L, 21_000], (await Cues(over)).Select(cue => cue.StartMs));
        await AssertNothingIsLeft(over, checkpoints: 2);

        cluster.Speech.Release();
        await job.Retry(_workspace);
        Assert.Equal(JobStage.Done, (await End(job)).Stage);
        Assert.Equal(4, cluster.Speech.Runs);
    }

    [Fact]
    public async Task RenderDraft_WhileTheRestRuns_HasTheFinishedSentences()
    {
        var job = await StartHoldingTheLastChunk();

        var draft = await job.RenderDraft(_workspace, "en", CaptionFormatIds.Json);

        Assert.Equal(40_000, draft?.UntilMs);
        var text = Encoding.UTF8.GetString(draft!.File.Content);
        Assert.Contains("\"draftUntilMs\": 40000", text, StringComparison.Ordinal);
        Assert.Single(text.Split("Good morning.").Skip(1));
        Assert.Null(await job.RenderDraft(Guid.CreateVersion7(), "en", CaptionFormatIds.Json));
        cluster.Speech.Release();
        await End(job);
        Assert.Null(await job.RenderDraft(_workspace, "en", CaptionFormatIds.Json));
    }

    [Fact]
    public async Task Sweep_AJobThatLostItsActivation_IsDrivenOnAndRepeatsNothing()
    {
        var job = await StartHoldingTheLastChunk();
        var ended = new TaskCompletionSource<JobView>();
        cluster.Index.Written += view => _ = view.IsOver && ended.TrySetResult(view);
        await cluster.Deactivate(job);
        cluster.Speech.Release();

        await cluster.Grains.GetGrain<IJobSweeperGrain>(0).Sweep(TimeSpan.Zero);
        var over = await ended.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(3, cluster.Speech.Runs);
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

    private void Say(string sentence)
    {
        var words = sentence.Split(' ');
        cluster.Speech.Script.Clear();
        cluster.Speech.Script.Add(new SpeechSegment(
            1_000, 2_400, [new(words[0], 1_000, 1_400, true), new(words[1], 1_400, 2_400, true)]));
    }

    private Task<JobView> RunWithOneFailure()
    {
        cluster.Speech.Failures.Enqueue(new SpeechException(SpeechFault.Permanent, "broken"));
        return Run();
    }

    private async Task<JobView> Run(StartJob? command = null)
    {
        var job = NewJob();
        var answer = await job.Start(command ?? await Command());
        Assert.Null(answer.Refusal);
        return await End(job);
    }

    /// <summary>When it answers, two chunks are done and the third is at work.</summary>
    private async Task<ICaptionJobGrain> StartHoldingTheLastChunk()
    {
        cluster.Speech.IsHeld = request => request.OperationId.EndsWith("/2", StringComparison.Ordinal);
        cluster.Speech.Hold();
        var job = NewJob();
        await job.Start(await Command());
        await Until(job, view => view.Chunks.Count(chunk => chunk.State == ChunkProgress.Done) == 2
            && view.Chunks.Any(chunk => chunk.State == ChunkProgress.Running));
        return job;
    }

    private ICaptionJobGrain NewJob() => cluster.Grains.GetGrain<ICaptionJobGrain>(Guid.CreateVersion7());

    private ICaptionJobGrain Job(JobView view) => cluster.Grains.GetGrain<ICaptionJobGrain>(view.JobId);

    private async Task<StartJob> Command() =>
        new(_workspace, Guid.CreateVersion7(), await cluster.ReadyUpload(_workspace), "en", null);

    private async Task<Cue[]> Cues(JobView job) =>
        [.. (await cluster.Grains.GetGrain<ICaptionTrackGrain>(job.JobId, "en", null).Get(_workspace))!.Cues];

    private Task<JobView> End(ICaptionJobGrain job) => Until(job, view => view.IsOver);

    private async Task<JobView> Until(ICaptionJobGrain job, Func<JobView, bool> isReached)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var after = -1L;
        while (true)
        {
            var view = await job.WaitForEvent(_workspace, after, patience.Token);
            Assert.NotNull(view);
            if (isReached(view))
            {
                return view;
            }

            after = view.EventNumber;
        }
    }

    private async Task AssertNothingIsLeft(JobView job, int checkpoints)
    {
        Assert.DoesNotContain(cluster.Store.Keys, k => k.StartsWith($"jobs/{job.JobId:N}", StringComparison.Ordinal));
        var results = await Task.WhenAll(job.Chunks.Select(chunk => cluster.Grains.GetGrain<ICaptionChunkGrain>(
            job.JobId, chunk.Index.ToString(CultureInfo.InvariantCulture), null).GetResult()));
        Assert.Equal(checkpoints, results.Count(result => result is not null));
    }
}
