using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>A job that stands in line. It outlives its calls: between two of them the job loses nothing.</summary>
internal sealed class QueueTicket(SlotRequest request, long now)
{
    private readonly List<WorkSlot> _ready = [];

    /// <summary>The latest call, until it is answered or given up.</summary>
    private TaskCompletionSource? _call;

    /// <summary>As the job last said it, less what it was given since.</summary>
    public SlotRequest Request { get; private set; } = request;

    /// <summary>When its last call ended; meaningless while it waits.</summary>
    public long SeenAt { get; private set; } = now;

    public bool IsWaiting => _call is not null;

    public bool WantsMore => Request.Wanted > 0 || Request.WantsCutter;

    /// <summary>The call broke off: who knows whether the job still lives.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>A new call takes the place of an earlier one. Answers the slots that it wants no more.</summary>
    public ImmutableArray<WorkSlot> Ask(SlotRequest request, TaskCompletionSource call)
    {
        _call?.TrySetResult();
        _call = call;
        IsBroken = false;
        var ready = _ready.ToLookup(slot => slot.Kind);
        var wanted = Math.Max(request.WantsCutter ? 0 : 1, request.Wanted);
        ImmutableArray<WorkSlot> unwanted =
            [.. ready[WorkKind.Chunk].Skip(wanted), .. ready[WorkKind.Cutter].Skip(request.WantsCutter ? 1 : 0)];
        _ready.RemoveAll(unwanted.Contains);
        Request = request with { Wanted = wanted };
        _ready.ForEach(Deduct);
        if (_ready.Count > 0)
        {
            call.TrySetResult();
        }

        return unwanted;
    }

    public void Give(WorkSlot slot)
    {
        _ready.Add(slot);
        Deduct(slot);
        _call?.TrySetResult();
    }

    public void TakeBack(Guid slotId) => _ready.RemoveAll(slot => slot.SlotId == slotId);

    /// <summary>Ends the call: its slots, none when a later call took its place.</summary>
    public ImmutableArray<WorkSlot> Answer(TaskCompletionSource call, long now)
    {
        if (_call != call)
        {
            return [];
        }

        _call = null;
        SeenAt = now;
        ImmutableArray<WorkSlot> slots = [.. _ready];
        _ready.Clear();
        return slots;
    }

    public void BreakOff(TaskCompletionSource call, long now)
    {
        if (_call == call)
        {
            _call = null;
            SeenAt = now;
            IsBroken = true;
        }
    }

    /// <summary>
    /// The job left: a call of it that still waits has nothing to wait for. Answers the slots that it did not take.
    /// </summary>
    public IEnumerable<Guid> Close()
    {
        _call?.TrySetResult();
        return _ready.Select(slot => slot.SlotId);
    }

    private void Deduct(WorkSlot slot) => Request = slot.Kind == WorkKind.Chunk
        ? Request with { Wanted = Request.Wanted - 1 }
        : Request with { WantsCutter = false };
}
