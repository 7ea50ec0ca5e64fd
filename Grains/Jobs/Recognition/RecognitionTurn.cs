using static Ax2.Jobs.RecognitionCommand;

namespace Ax2.Jobs;

/// <summary>One step of <see cref="RecognitionFlow"/> while it is computed: the next state, and what to do.</summary>
internal sealed class RecognitionTurn(RecognitionState state, JobOptions options, DateTimeOffset now)
{
    public RecognitionState State { get; set; } = state;

    public List<RecognitionCommand> Commands { get; } = [];

    public JobOptions Options => options;

    public DateTimeOffset Now => now;

    public CaptionJobState Job => State.Job;

    public IEnumerable<int> OpenChunks => Job.Chunks
        .Where(chunk => chunk is { Outcome: ChunkOutcome.Pending, IsCut: true }).Select(chunk => chunk.Index);

    public WorkItem? Find(int index) => State.Items.GetValueOrDefault(index);

    public void Set(int index, WorkItem item) => State = State with { Items = State.Items.SetItem(index, item) };

    public void Change(JobChange change) => State = State with { Unsaved = State.Unsaved.Add(change) };

    public void Begin(int index, WorkItem item, WorkSlot slot)
    {
        var call = NextCall();
        Set(index, item with { Phase = WorkPhase.Beginning, Call = call, Slot = slot, IsBegun = true });
        Commands.Add(new Begin(call, index, slot));
    }

    public void Poll(int index, WorkItem item, int known)
    {
        var call = NextCall();
        Set(index, item with { Phase = WorkPhase.Following, Call = call, Slot = null });
        Commands.Add(new Poll(call, index, known));
    }

    public void Stop(int index)
    {
        var call = NextCall();
        State = State with { Stops = State.Stops.SetItem(index, call) };
        Commands.Add(new Stop(call, index));
    }

    /// <summary>Gives back every slot that is not used.</summary>
    public void LeaveQueue()
    {
        Commands.Add(new LeaveQueue([.. State.Slots.Select(slot => slot.SlotId)]));
        State = State with { Slots = [] };
    }

    /// <summary>Lets go of everything but begins that are not answered.</summary>
    public void Halt(RecognitionMode next)
    {
        if (Find(WorkItem.Cutter) is { Phase: WorkPhase.Counting, Slot: { } slot })
        {
            State = State with { Slots = State.Slots.Add(slot) };
            Change(new JobChange.CutAttempted(-1));
        }

        if (State.Ask is not null || !State.Slots.IsEmpty)
        {
            LeaveQueue();
        }

        Commands.Add(new CancelPolls());
        var ended = State.Items.Where(item => item.Value.Phase != WorkPhase.Beginning).Select(item => item.Key);
        State = State with { Mode = next, Items = State.Items.RemoveRange(ended), Ask = null, Place = null };
    }

    public long NextCall()
    {
        State = State with { LastCall = State.LastCall + 1 };
        return State.LastCall;
    }
}
