using System.Net;
using Ax2.Jobs.Chunks;
using Orleans.Runtime;
using Xunit;
using static Ax2.Jobs.RecognitionCommand;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

public sealed class RecognitionFlowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    private static readonly JobOptions Options = new();
    private static readonly OperationCanceledException Cancelled = new();
    private readonly List<RecognitionCommand> _commands = [];
    private RecognitionState _state = new();
    private DateTimeOffset _now = Noon;

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
        Assert.Equal(RecognitionMode.Ready, _state.Mode);
        Assert.Null(Last<End>().Fault);

        Step(new RunRequested(_state.Job));

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
        Assert.Equal((WorkItem.Cutter, 1), (Last<Begin>().Index, _state.Job.Attempts));

        Step(new CutReported(Last<Begin>().Call, new CutReport(WorkState.NoSlot, [], 0, null)));
        StoreAll();
        Assert.Equal(0, _state.Job.Attempts);
    }

    [Fact]
    public void Cutter_MaxAttempts_EndsTheWaitWithTheRefusal()
    {
        Step(new WaitRequested(Job(0, isCut: false) with { Attempts = Options.MaxAttempts }));
        Step(new CallFailed(Last<Poll>().Call, WorkItem.Cutter));
        var slot = Slot(WorkKind.Cutter);
        Step(Grant(Last<AskQueue>(), slot));
        StoreAll();

        Assert.Equal(JobRefusals.Internal, _state.Job.CutRefusal?.Code);
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
        Assert.True(_state.Job.IsRecognised);
        Assert.Equal(RecognitionMode.Idle, _state.Mode);
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

    /// <summary>A silo dies: the run is taken up again while a begin is still on its way.</summary>
    [Fact]
    public void Run_AgainBesideABegin_NeitherBeginsNorJoinsTheChunk()
    {
        var begin = BeginOne();
        Step(new Halted(Cancelled));

        Step(new RunRequested(_state.Job));
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
        Step(new RunRequested(_state.Job));
        var second = Last<Poll>();
        var before = _state;

        Step(Report(first.Call, 0, WorkState.Idle));
        Step(new CallFailed(first.Call, 0));

        Assert.NotEqual(first.Call, second.Call);
        Assert.Equal(before.Items, _state.Items);
        Assert.Empty(Of<AskQueue>());
    }

    /// <summary>The queue's silo dies: its answer may take 30 s to fail.</summary>
    [Fact]
    public void Run_AgainBesideAnOpenAsk_AsksAtOnceAndUsesLateSlots()
    {
        var late = AskForOne();
        Step(new Halted(Cancelled));
        Step(new RunRequested(_state.Job));
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
        Assert.Equal(Noon.AddSeconds(10), _state.WakeAt);

        Wake();

        Assert.True(Last<AskQueue>().Call > lost.Call);
    }

    [Fact]
    public void Ask_Fails_IsAskedAgainAfterASecond()
    {
        Step(new AskFailed(AskForOne().Call));
        Assert.Single(Of<AskQueue>());

        Wake();

        Assert.Equal((2, Noon.AddSeconds(1)), (Of<AskQueue>().Count(), _now));
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
        Step(new StopRequested(_state.Job));
        Step(new StopEnded(Assert.Single(Of<Stop>()).Call, 0, IsDone: false));
        Assert.Equal(RecognitionMode.Stopping, _state.Mode);

        Step(Report(begin.Call, 0, WorkState.Running));
        Assert.Equal(2, Of<Stop>().Count());
        Step(new StopEnded(Last<Stop>().Call, 0, IsDone: false));

        Assert.Equal(RecognitionMode.Stopped, _state.Mode);
        Assert.Null(Last<End>().Fault);
    }

    [Fact]
    public void Stop_BeginIsAnsweredWhenNobodyWaits_StopsTheChunk()
    {
        var begin = BeginOne();
        Step(new Halted(Cancelled));
        Step(new StopRequested(_state.Job));
        Wake();
        Assert.Equal((RecognitionMode.Stopped, Noon.AddSeconds(2)), (_state.Mode, _now));

        Step(new CallFailed(begin.Call, 0));

        Assert.Equal(2, Of<Stop>().Count());
    }

    [Fact]
    public void Stop_ChunkWasDone_StoresIt()
    {
        Step(new StopRequested(Job(1)));

        Step(new StopEnded(Last<Stop>().Call, 0, IsDone: true));
        StoreAll();

        Assert.Equal(ChunkOutcome.Done, _state.Job.Chunks[0].Outcome);
        Assert.Equal(RecognitionMode.Stopped, _state.Mode);
    }

    [Fact]
    public void Chunk_ProviderAsksForARest_IsBegunWhenItEnds()
    {
        var begin = BeginOne();
        var rest = new ChunkReport(WorkState.Waiting, 1, 1, 0, Noon.AddSeconds(7), null);
        Step(new ChunkReported(begin.Call, 0, rest));
        Assert.Equal((1, Noon.AddSeconds(7)), (Of<AskQueue>().Count(), _state.WakeAt));

        Wake();

        Assert.Equal(2, Of<AskQueue>().Count());
    }

    [Fact]
    public void Chunk_CallsFailInARow_RestsLonger()
    {
        Step(new CallFailed(BeginOne().Call, 0));
        Step(Grant(Last<AskQueue>(), Slot()));
        Step(new CallFailed(Last<Begin>().Call, 0));

        Assert.Equal(Noon + Options.RetryDelay, _state.WakeAt);
    }

    [Fact]
    public void Save_Fails_EndsTheRunWithTheFault()
    {
        Step(Report(BeginOne().Call, 0, WorkState.Done));
        var fault = new IOException("away");

        Step(new SaveFailed(fault));

        Assert.Equal(RecognitionMode.Idle, _state.Mode);
        Assert.Same(fault, Last<End>().Fault);
    }

    [Fact]
    public void Place_NothingIsGranted_IsShownUntilAChunkIsAtWork()
    {
        var ask = AskForOne();
        Step(new SlotsAnswered(ask.Call, new SlotAnswer([], 3, Noon, false)));
        Assert.Equal(new QueuePlace(3, Noon, false), _state.Place);

        Step(Grant(Last<AskQueue>(), Slot()));

        Assert.Null(_state.Place);
    }

    private AskQueue AskForOne()
    {
        Step(new RunRequested(Job(1)));
        Step(Report(Last<Poll>().Call, 0, WorkState.Idle));
        return Last<AskQueue>();
    }

    private Begin BeginOne()
    {
        Step(new WaitRequested(Job(1)));
        Step(Grant(Last<AskQueue>(), Slot()));
        Step(new RunRequested(_state.Job));
        return Last<Begin>();
    }

    private void BeginTwo()
    {
        Step(new WaitRequested(Job(2)));
        Step(Grant(Last<AskQueue>(), Slot(), Slot()));
        Step(new RunRequested(_state.Job));
    }

    private void Step(params RecognitionEvent[] events)
    {
        (_state, var commands) = RecognitionFlow.Step(_state, events, Options, _now);
        _commands.AddRange(commands);
    }

    private void Wake()
    {
        _now = _state.WakeAt!.Value;
        Step(new Woke());
    }

    private void StoreAll()
    {
        while (!_state.Saving.IsEmpty)
        {
            Step(new Saved(_state.Saving.Aggregate(_state.Job, (job, change) => change.ApplyTo(job))));
        }
    }

    private T Last<T>() => Of<T>().Last();

    private IEnumerable<T> Of<T>() => _commands.OfType<T>();

    private static SlotsAnswered Grant(AskQueue ask, params WorkSlot[] slots) =>
        new(ask.Call, new SlotAnswer([.. slots], 0, null, false));

    private static ChunkReported Report(long call, int index, WorkState state) =>
        new(call, index, new ChunkReport(state, 1, 1, 0, null, null));

    private static WorkSlot Slot(WorkKind kind = WorkKind.Chunk) => new(Guid.CreateVersion7(), Silo, kind);

    private static CaptionJobState Job(int chunks, bool isCut = true) => new()
    {
        IsCutComplete = isCut,
        Chunks = [.. Enumerable.Range(0, chunks).Select(index => new JobChunk(
            new ChunkSpan(index, index * 1_000, (index + 1) * 1_000, index * 1_000, (index + 1) * 1_000),
            IsCut: true))],
    };
}
