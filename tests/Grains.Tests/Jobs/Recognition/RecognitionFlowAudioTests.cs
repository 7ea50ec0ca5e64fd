using Ax2.Jobs.Chunks;
using Ax2.Media;
using Xunit;
using static Ax2.Jobs.RecognitionCommand;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>Audio that is lost is cut again, and a cutter without space waits for it.</summary>
public sealed class RecognitionFlowAudioTests : RecognitionFlowTest
{
    [Fact]
    public void AudioLost_AllWasCut_IsCutAgainAndTheChunkThenBegun()
    {
        LoseTheFirstChunksAudio();
        Assert.Equal([false, true], State.Job.Chunks.Select(chunk => chunk.IsCut));
        Assert.True(Last<AskQueue>().WantsCutter);

        BeginCutter();
        Step(new CutReported(Last<Begin>().Call, Cut(WorkState.Running, 1)));
        StoreAll();
        Step(Grant(Last<AskQueue>(), Slot()));

        Assert.Equal(0, Last<Begin>().Index);
        Assert.Equal((true, null, 0), (State.Job.IsCutComplete, State.Job.CutRefusal, State.Job.Attempts));
    }

    /// <summary>It would find the same, or what is not stored yet.</summary>
    [Fact]
    public void AudioLost_WhileThatIsStored_IsNotBegun()
    {
        BeginTwo();
        var begun = Of<Begin>().Count();

        Step(Lost(Of<Begin>().First().Call, retryAt: Now));
        Step(new Woke());

        Assert.NotEmpty(State.Saving);
        Assert.Equal(begun, Of<Begin>().Count());
        Assert.Single(Of<AskQueue>(), ask => ask.Chunks > 0);
    }

    [Fact]
    public void AudioLost_RestOfTheChunkIsLongerThanTheCut_IsWaitedFor()
    {
        LoseTheFirstChunksAudio(retryAt: Now.AddMinutes(1));
        BeginCutter();
        Step(new CutReported(Last<Begin>().Call, Cut(WorkState.Done, 2)));
        StoreAll();
        Assert.Equal(0, Last<AskQueue>().Chunks);

        Wake();

        Assert.Equal((Noon.AddMinutes(1), 1), (Now, Last<AskQueue>().Chunks));
    }

    [Fact]
    public void AudioLost_VideoIsGoneToo_FailsThatChunkAlone()
    {
        LoseTheFirstChunksAudio();
        BeginCutter();

        Step(new CutReported(Last<Begin>().Call, new CutReport(
            WorkState.Failed, [], 0, new Refusal(MediaRefusals.UploadDeleted, "The file was deleted."))));
        StoreAll();

        Assert.Null(State.Job.CutRefusal);
        Assert.Equal([ChunkOutcome.Failed, ChunkOutcome.Pending], State.Job.Chunks.Select(chunk => chunk.Outcome));
        Assert.Equal(JobRefusals.AudioLost, State.Job.Chunks[0].Refusal?.Code);
        Step(Report(Of<Begin>().Single(begin => begin.Index == 1).Call, 1, WorkState.Done));
        StoreAll();
        Assert.Equal([ChunkOutcome.Failed, ChunkOutcome.Done], State.Job.Chunks.Select(chunk => chunk.Outcome));
        Assert.Null(Last<End>().Fault);
    }

    /// <summary>The cutter may be past it, and may wait for hours: each further try would find the same.</summary>
    [Fact]
    public void AudioLost_WhileTheCutterWaitsForSpace_IsNotBegunUntilAllIsCutAndThenCutAgain()
    {
        LoseTheFirstChunksAudioBesideTheCutter();
        for (var tries = 0; tries < 3 * Options.MaxAttempts; tries++)
        {
            EndCutter(Full());
            Wake();
        }

        Assert.Equal((1, true), (Of<Begin>().Count(begin => begin.Index == 0), State.Job.Chunks[0].IsCut));
        EndCutter(Cut(WorkState.Done, 1));
        Step(Grant(Last<AskQueue>(), Slot()));
        Step(Lost(Last<Begin>().Call, retryAt: Now));
        StoreAll();
        EndCutter(Full());
        Wake();
        EndCutter(Cut(WorkState.Done, 1));
        Step(Grant(Last<AskQueue>(), Slot()));
        Step(Report(Last<Begin>().Call, 0, WorkState.Done));
        StoreAll();

        Assert.Equal((ChunkOutcome.Done, 0, null), (
            State.Job.Chunks[0].Outcome, State.Job.Attempts, State.Job.WaitingForSpaceSince));
        Assert.Equal(3, Of<Begin>().Count(begin => begin.Index == 0));
        Assert.Null(Last<End>().Fault);
    }

    [Fact]
    public void AudioLost_FileCannotBeCutToItsEnd_EndsWithThatReason()
    {
        LoseTheFirstChunksAudioBesideTheCutter();

        EndCutter(new CutReport(WorkState.Failed, [], 0, new Refusal(MediaRefusals.MediaTruncated, "It ends.")));

        Assert.Equal(MediaRefusals.MediaTruncated, State.Job.CutRefusal?.Code);
        Assert.Null(Last<End>().Fault);
    }

    /// <summary>The file is not to blame: it counts as a failed try of the stage, of which there are more.</summary>
    [Fact]
    public void Cutter_StoreIsAway_IsTriedAsOftenAsAStage()
    {
        Step(new WaitRequested(Job(0, isCut: false)));
        for (var tries = 1; tries <= Options.MaxStageAttempts; tries++)
        {
            Assert.Null(State.Job.CutRefusal);
            EndCutter(new CutReport(WorkState.Waiting, [], 0, new Refusal("storage_unavailable", "Away.")));
            Assert.Equal((0, tries), (State.Job.Attempts, State.Job.StageAttempts));
            Wake();
        }

        BeginCutter();

        Assert.Equal(JobRefusals.StageFailed, State.Job.CutRefusal?.Code);
        Assert.InRange(Now - Noon, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
    }

    [Fact]
    public void Cutter_NoSpace_WaitsWithoutUsingUpAttempts()
    {
        Step(new WaitRequested(Job(0, isCut: false)));
        List<DateTimeOffset> begins = [];
        for (var tries = 0; tries < 3 * Options.MaxAttempts; tries++)
        {
            BeginCutter();
            begins.Add(Now);
            Step(new CutReported(Last<Begin>().Call, Full()));
            StoreAll();
            Assert.Equal((0, Noon), (State.Job.Attempts, State.Job.WaitingForSpaceSince));
            Wake();
        }

        Assert.Equal(Options.RetryDelay, begins[1] - begins[0]);
        Assert.Equal(Options.MaxRetryDelay, begins[^1] - begins[^2]);
        BeginCutter();
        Step(new CutReported(Last<Begin>().Call, Cut(WorkState.Running, 1)));
        StoreAll();
        Assert.Null(State.Job.WaitingForSpaceSince);
    }

    [Fact]
    public void Cutter_NoSpaceForADay_EndsWithTheReason()
    {
        Step(new WaitRequested(Job(0, isCut: false)));
        while (State.Job.CutRefusal is null)
        {
            BeginCutter();
            if (State.Job.CutRefusal is null)
            {
                Step(new CutReported(Last<Begin>().Call, Full()));
                StoreAll();
                Wake();
            }
        }

        Assert.Equal(NoSpace.Code, State.Job.CutRefusal.Code);
        Assert.InRange(Now - Noon, Options.MaxSpaceWait, Options.MaxSpaceWait + Options.MaxRetryDelay);
        Assert.Null(Last<End>().Fault);
    }

    private void LoseTheFirstChunksAudioBesideTheCutter()
    {
        Step(new RunRequested(Job(1, isCut: false)));
        Step(Report(Of<Poll>().Single(poll => poll.Index == 0).Call, 0, WorkState.Idle));
        Step(new CutReported(
            Of<Poll>().Single(poll => poll.Index == WorkItem.Cutter).Call, Cut(WorkState.Idle, 1)));
        StoreAll();
        Step(Grant(Of<AskQueue>().Last(ask => ask.Chunks > 0), Slot()));
        Step(Lost(Last<Begin>().Call, retryAt: Now));
    }

    private void EndCutter(CutReport report)
    {
        BeginCutter();
        Step(new CutReported(Last<Begin>().Call, report));
        StoreAll();
    }

    private void LoseTheFirstChunksAudio(DateTimeOffset? retryAt = null)
    {
        BeginTwo();
        Step(Lost(Of<Begin>().Single(begin => begin.Index == 0).Call, retryAt ?? Now));
        StoreAll();
    }

    private void BeginCutter()
    {
        Step(Grant(Of<AskQueue>().Last(ask => ask.WantsCutter), Slot(WorkKind.Cutter)));
        StoreAll();
    }

    private static ChunkReported Lost(long call, DateTimeOffset retryAt) => new(call, 0, new ChunkReport(
        WorkState.Waiting, 1, 1, 0, retryAt, new Refusal(JobRefusals.AudioLost, "Lost.")));

    private static CutReport Cut(WorkState state, int spans) =>
        new(state, [.. Job(spans).Chunks.Select(chunk => chunk.Span)], 0, null);

    private static CutReport Full() => new(WorkState.Waiting, [], 0, new Refusal(NoSpace.Code, "Full."));
}
