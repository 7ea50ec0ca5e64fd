using System.Net;
using Ax2.Jobs.Chunks;
using Orleans.Runtime;
using static Ax2.Jobs.RecognitionCommand;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>Steps of <see cref="RecognitionFlow"/>, with what it wants done.</summary>
public abstract class RecognitionFlowTest
{
    private readonly List<RecognitionCommand> _commands = [];
    private RecognitionState _state = new();

    protected static DateTimeOffset Noon { get; } = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    protected static JobOptions Options { get; } = new();

    private protected RecognitionState State => _state;

    protected DateTimeOffset Now { get; private set; } = Noon;

    private static SiloAddress Silo { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);

    private protected AskQueue AskForOne()
    {
        Step(new RunRequested(Job(1)));
        Step(Report(Last<Poll>().Call, 0, WorkState.Idle));
        return Last<AskQueue>();
    }

    private protected Begin BeginOne()
    {
        Step(new WaitRequested(Job(1)));
        Step(Grant(Last<AskQueue>(), Slot()));
        Step(new RunRequested(_state.Job));
        return Last<Begin>();
    }

    private protected void BeginTwo()
    {
        Step(new WaitRequested(Job(2)));
        Step(Grant(Last<AskQueue>(), Slot(), Slot()));
        Step(new RunRequested(_state.Job));
    }

    private protected void Step(params RecognitionEvent[] events)
    {
        (_state, var commands) = RecognitionFlow.Step(_state, events, Options, Now);
        _commands.AddRange(commands);
    }

    private protected void Wake()
    {
        Now = _state.WakeAt!.Value;
        Step(new Woke());
    }

    private protected void StoreAll()
    {
        while (!_state.Saving.IsEmpty)
        {
            Step(new Saved(_state.Saving.Aggregate(_state.Job, (job, change) => change.ApplyTo(job))));
        }
    }

    private protected T Last<T>() => Of<T>().Last();

    private protected IEnumerable<T> Of<T>() => _commands.OfType<T>();

    private protected static SlotsAnswered Grant(AskQueue ask, params WorkSlot[] slots) =>
        new(ask.Call, new SlotAnswer([.. slots], 0, null, false));

    private protected static ChunkReported Report(long call, int index, WorkState state) =>
        new(call, index, new ChunkReport(state, 1, 1, 0, null, null));

    private protected static WorkSlot Slot(WorkKind kind = WorkKind.Chunk) => new(Guid.CreateVersion7(), Silo, kind);

    private protected static CaptionJobState Job(int chunks, bool isCut = true) => new()
    {
        IsCutComplete = isCut,
        Chunks = [.. Enumerable.Range(0, chunks).Select(index => new JobChunk(
            new ChunkSpan(index, index * 1_000, (index + 1) * 1_000, index * 1_000, (index + 1) * 1_000),
            IsCut: true))],
    };
}
