using Ax2.Jobs.Chunks;
using Xunit;
using static Ax2.Jobs.RecognitionCommand;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

public sealed class RecognitionFlowTests : RecognitionFlowTest
{
    [Fact]
    public void Run_NewActivation_JoinsWhatMayBeAtWork()
    {
        Step(new RunRequested(Job(2, isCut: false)));

        Assert.Equal([WorkItem.Cutter, 0, 1], Of<Poll>().Select(poll => poll.Index));
        Assert.Empty(Of<AskQueue>());
    }

    [Fact]
    public void Wait_FirstChunkSlot_EndsAndTheRunUsesIt()
    {
        var slot = Slot();
        Step(new WaitRequested(Job(2)));
        Step(Grant(Last<AskQueue>(), slot));
        Assert.Equal(RecognitionMode.Ready, State.Mode);
        Assert.Null(Last<End>().Fault);

        Step(new RunRequested(State.Job));

        Assert.Equal((0, slot), (Last<Begin>().Index, Last<Begin>().Slot));
        Assert.Empty(Of<Poll>());
        Assert.Equal(1, Last<AskQueue>().Chunks);
    }

    [Fact]
    public void Cutter_SlotIsGranted_IsBegunWhenTheAttemptIsStored()
    {
        Step(new WaitRequested(Job(0, isCut: false)));
        Step(Grant(Last<AskQueue>(), Slot(WorkKind.Cutter)));
        Assert.Empty(Of<Begin>());

        StoreAll();
        Assert.Equal((WorkItem.Cutter, 1), (Last<Begin>().Index, State.Job.Attempts));

        Step(new CutReported(Last<Begin>().Call, new CutReport(WorkState.NoSlot, [], 0, null)));
        StoreAll();
        Assert.Equal(0, State.Job.Attempts);
    }

    [Fact]
    public void Cutter_MaxAttempts_EndsTheWaitWithTheRefusal()
    {
        Step(new WaitRequested(Job(0, isCut: false) with { Attempts = Options.MaxAttempts }));
        Step(new CallFailed(Last<Poll>().Call, WorkItem.Cutter));
        var slot = Slot(WorkKind.Cutter);
        Step(Grant(Last<AskQueue>(), slot));
        StoreAll();

        Assert.Equal(JobRefusals.Internal, State.Job.CutRefusal?.Code);
        Assert.Equal([slot.SlotId], Last<LeaveQueue>().UnusedSlots);
        Assert.Null(Last<End>().Fault);
    }

    [Fact]
    public void Outcomes_ThatArriveTogether_AreOneWrite()
    {
        BeginTwo();
        var calls = Of<Begin>().Select(begin => begin.Call).ToArray();

        Step(Report(calls[0], 0, WorkState.Done), Report(calls[1], 1, WorkState.Failed));

        Assert.Equal(2, Assert.Single(Of<Save>()).Changes.Length);
        StoreAll();
        Assert.True(State.Job.IsRecognised);
        Assert.Equal(RecognitionMode.Idle, State.Mode);
    }

    [Fact]
    public void Outcomes_DuringAWrite_AreStoredWithTheNext()
    {
        BeginTwo();
        var calls = Of<Begin>().Select(begin => begin.Call).ToArray();
        Step(Report(calls[0], 0, WorkState.Done));
        Step(Report(calls[1], 1, WorkState.Done));
        Assert.Single(Of<Save>());

        StoreAll();

        Assert.Equal(2, Of<Save>().Count());
        Assert.Null(Last<End>().Fault);
    }

    [Fact]
    public void Chunk_ProviderAsksForARest_IsBegunWhenItEnds()
    {
        var begin = BeginOne();
        var rest = new ChunkReport(WorkState.Waiting, 1, 1, 0, Noon.AddSeconds(7), null);
        Step(new ChunkReported(begin.Call, 0, rest));
        Assert.Equal((1, Noon.AddSeconds(7)), (Of<AskQueue>().Count(), State.WakeAt));

        Wake();

        Assert.Equal(2, Of<AskQueue>().Count());
    }

    [Fact]
    public void Chunk_CallsFailInARow_RestsLonger()
    {
        Step(new CallFailed(BeginOne().Call, 0));
        Step(Grant(Last<AskQueue>(), Slot()));
        Step(new CallFailed(Last<Begin>().Call, 0));

        Assert.Equal(Noon + Options.RetryDelay, State.WakeAt);
    }

    [Fact]
    public void Chunk_BeginFails_GivesItsSlotBack()
    {
        var begin = BeginOne();

        Step(new CallFailed(begin.Call, 0));

        Assert.Equal([begin.Slot.SlotId], Last<LeaveQueue>().UnusedSlots);
        Assert.Equal(1, Last<AskQueue>().Chunks);
    }

    /// <summary>Its row cannot be read: no activation of it comes up.</summary>
    [Fact]
    public void Chunk_EveryBeginFails_HasFailedInTheEnd()
    {
        var begin = BeginOne();
        for (var faults = 1; faults < Options.MaxStageAttempts; faults++)
        {
            FailAndBeginAgain(begin.Call);
            begin = Last<Begin>();
        }

        Step(new CallFailed(begin.Call, 0));
        StoreAll();

        Assert.Equal(ChunkOutcome.Failed, State.Job.Chunks[0].Outcome);
        Assert.Equal(JobRefusals.Internal, State.Job.Chunks[0].Refusal?.Code);
        Assert.Equal(Options.MaxStageAttempts, Of<Begin>().Count());
        Assert.True(Now - Noon > TimeSpan.FromMinutes(30));
        Assert.Null(Last<End>().Fault);
    }

    [Fact]
    public void Chunk_BeginsFailBetweenAnswers_GoesOn()
    {
        var begin = BeginOne();
        for (var faults = 0; faults < Options.MaxStageAttempts + 1; faults++)
        {
            FailAndBeginAgain(begin.Call);
            Step(Report(Last<Begin>().Call, 0, WorkState.Running));
            Step(Report(Last<Poll>().Call, 0, WorkState.Idle));
            Step(Grant(Last<AskQueue>(), Slot()));
            begin = Last<Begin>();
        }

        Assert.Equal(ChunkOutcome.Pending, State.Job.Chunks[0].Outcome);
    }

    [Fact]
    public void CutterSlot_ArrivesDuringAWrite_IsKeptUntilItIsStored()
    {
        Step(new RunRequested(Job(1, isCut: false)));
        var (cutter, chunk) = (Of<Poll>().First().Call, Last<Poll>().Call);
        Step(new CallFailed(cutter, WorkItem.Cutter));
        Step(Report(chunk, 0, WorkState.Done));
        Assert.NotEmpty(State.Saving);
        var slot = Slot(WorkKind.Cutter);

        Step(Grant(Last<AskQueue>(), slot));
        Assert.Empty(Of<LeaveQueue>());
        StoreAll();

        Assert.Equal((WorkItem.Cutter, slot), (Last<Begin>().Index, Last<Begin>().Slot));
        Assert.Empty(State.Slots);
    }

    [Fact]
    public void CutterSlot_KeptWhenTheWriteFails_IsGivenBack()
    {
        Step(new RunRequested(Job(1, isCut: false)));
        var (cutter, chunk) = (Of<Poll>().First().Call, Last<Poll>().Call);
        Step(new CallFailed(cutter, WorkItem.Cutter));
        Step(Report(chunk, 0, WorkState.Done));
        var slot = Slot(WorkKind.Cutter);
        Step(Grant(Last<AskQueue>(), slot));

        Step(new SaveFailed(new IOException("away")));

        Assert.Equal([slot.SlotId], Last<LeaveQueue>().UnusedSlots);
    }

    [Fact]
    public void Save_Fails_EndsTheRunWithTheFault()
    {
        Step(Report(BeginOne().Call, 0, WorkState.Done));
        var fault = new IOException("away");

        Step(new SaveFailed(fault));

        Assert.Equal(RecognitionMode.Idle, State.Mode);
        Assert.Same(fault, Last<End>().Fault);
    }

    [Fact]
    public void Place_NothingIsGranted_IsShownUntilAChunkIsAtWork()
    {
        var ask = AskForOne();
        Step(new SlotsAnswered(ask.Call, new SlotAnswer([], 3, Noon, false)));
        Assert.Equal(new QueuePlace(3, Noon, false), State.Place);

        Step(Grant(Last<AskQueue>(), Slot()));

        Assert.Null(State.Place);
    }

    private void FailAndBeginAgain(long call)
    {
        var asks = Of<AskQueue>().Count();
        Step(new CallFailed(call, 0));
        if (Of<AskQueue>().Count() == asks)
        {
            Wake();
        }

        Step(Grant(Last<AskQueue>(), Slot()));
    }
}
