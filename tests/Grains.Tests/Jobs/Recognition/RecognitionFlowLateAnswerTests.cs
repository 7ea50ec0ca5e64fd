using Ax2.Jobs.Chunks;
using Xunit;
using static Ax2.Jobs.RecognitionCommand;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>Calls that are answered late or never: after a silo's death, a restart of the run, a cancel.</summary>
public sealed class RecognitionFlowLateAnswerTests : RecognitionFlowTest
{
    private static readonly OperationCanceledException Cancelled = new();

    /// <summary>A silo dies: the run is taken up again while a begin is still on its way.</summary>
    [Fact]
    public void Run_AgainBesideABegin_NeitherBeginsNorJoinsTheChunk()
    {
        var begin = BeginOne();
        Step(new Halted(Cancelled));

        Step(new RunRequested(State.Job));
        Assert.Empty(Of<Poll>());
        Assert.Single(Of<AskQueue>());
        Step(Report(begin.Call, 0, WorkState.Running));

        Assert.Equal(0, Last<Poll>().Index);
        Assert.Single(Of<Begin>());
    }

    [Fact]
    public void Poll_AnsweredAfterTheRunWasTakenUpAgain_ChangesNothing()
    {
        Step(new RunRequested(Job(1)));
        var first = Last<Poll>();
        Step(new Halted(Cancelled));
        Step(new RunRequested(State.Job));
        var second = Last<Poll>();
        var before = State;

        Step(Report(first.Call, 0, WorkState.Idle));
        Step(new CallFailed(first.Call, 0));

        Assert.NotEqual(first.Call, second.Call);
        Assert.Equal(before.Items, State.Items);
        Assert.Empty(Of<AskQueue>());
    }

    /// <summary>The queue's silo dies: its answer may take 30 s to fail.</summary>
    [Fact]
    public void Run_AgainBesideAnOpenAsk_AsksAtOnceAndUsesLateSlots()
    {
        var late = AskForOne();
        Step(new Halted(Cancelled));
        Step(new RunRequested(State.Job));
        Step(Report(Last<Poll>().Call, 0, WorkState.Idle));
        var asked = Last<AskQueue>();
        Assert.NotEqual(late.Call, asked.Call);

        var (used, unused) = (Slot(), Slot());
        Step(Grant(late, used, unused));

        Assert.Equal(used, Last<Begin>().Slot);
        Assert.Equal([unused.SlotId], Last<LeaveQueue>().UnusedSlots);
    }

    [Fact]
    public void Ask_IsNotAnswered_IsAskedAgainAfterTheTimeout()
    {
        var lost = AskForOne();
        Assert.Equal(Noon.AddSeconds(10), State.WakeAt);

        Wake();

        Assert.True(Last<AskQueue>().Call > lost.Call);
    }

    [Fact]
    public void Ask_Fails_IsAskedAgainAfterASecond()
    {
        Step(new AskFailed(AskForOne().Call));
        Assert.Single(Of<AskQueue>());

        Wake();

        Assert.Equal((2, Noon.AddSeconds(1)), (Of<AskQueue>().Count(), Now));
    }

    [Fact]
    public void Ask_AnotherKindIsWantedSince_AsksForBoth()
    {
        Step(new RunRequested(Job(1, isCut: false)));
        var polls = Of<Poll>().ToArray();
        Step(new CallFailed(polls[0].Call, WorkItem.Cutter));
        Assert.Equal((0, true), (Last<AskQueue>().Chunks, Last<AskQueue>().WantsCutter));

        Step(Report(polls[1].Call, 0, WorkState.Idle));

        Assert.Equal((1, true), (Last<AskQueue>().Chunks, Last<AskQueue>().WantsCutter));
    }

    [Fact]
    public void Slots_AnsweredAfterTheRun_AreGivenBack()
    {
        var ask = AskForOne();
        Step(new Halted(Cancelled));
        Assert.Empty(Last<LeaveQueue>().UnusedSlots);
        var slot = Slot();

        Step(Grant(ask, slot));

        Assert.Equal([slot.SlotId], Last<LeaveQueue>().UnusedSlots);
        Assert.Empty(Of<Begin>());
    }

    [Fact]
    public void Stop_BesideABegin_IsRepeatedWhenItIsAnswered()
    {
        var begin = BeginOne();
        Step(new Halted(Cancelled));
        Step(new StopRequested(State.Job));
        Step(new StopEnded(Assert.Single(Of<Stop>()).Call, 0, IsDone: false));
        Assert.Equal(RecognitionMode.Stopping, State.Mode);

        Step(Report(begin.Call, 0, WorkState.Running));
        Assert.Equal(2, Of<Stop>().Count());
        Step(new StopEnded(Last<Stop>().Call, 0, IsDone: false));

        Assert.Equal(RecognitionMode.Stopped, State.Mode);
        Assert.Null(Last<End>().Fault);
    }

    [Fact]
    public void Stop_BeginIsAnsweredWhenNobodyWaits_StopsTheChunk()
    {
        var begin = BeginOne();
        Step(new Halted(Cancelled));
        Step(new StopRequested(State.Job));
        Wake();
        Assert.Equal((RecognitionMode.Stopped, Noon.AddSeconds(2)), (State.Mode, Now));

        Step(new CallFailed(begin.Call, 0));

        Assert.Equal(2, Of<Stop>().Count());
    }

    [Fact]
    public void Stop_ChunkWasDone_StoresIt()
    {
        Step(new StopRequested(Job(1)));

        Step(new StopEnded(Last<Stop>().Call, 0, IsDone: true));
        StoreAll();

        Assert.Equal(ChunkOutcome.Done, State.Job.Chunks[0].Outcome);
        Assert.Equal(RecognitionMode.Stopped, State.Mode);
    }
}
