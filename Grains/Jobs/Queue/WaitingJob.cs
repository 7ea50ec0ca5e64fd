namespace Ax2.Jobs.Queue;

/// <summary>A job that waits for slots. It outlives its calls: between two of them the job keeps its turn.</summary>
internal sealed class WaitingJob(SlotRequest request)
{
    /// <summary>The latest call, until it is answered or given up.</summary>
    private TaskCompletionSource? _call;

    /// <summary>As the job last asked, less what was delivered since.</summary>
    public SlotRequest Request { get; private set; } = request;

    /// <summary>When its last call ended; null while it waits.</summary>
    public TimeSpan? CallEndedAt { get; private set; }

    public bool WantsMore => Request.Wanted > 0 || Request.WantsCutter;

    /// <summary>The new call replaces an earlier one, which then brings nothing.</summary>
    public TaskCompletionSource Ask(SlotRequest request)
    {
        _call?.TrySetResult();
        _call = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CallEndedAt = null;
        Request = request with { Wanted = Math.Max(request.WantsCutter ? 0 : 1, request.Wanted) };
        return _call;
    }

    /// <summary>Completes the call: there is something for the job, or nothing to wait for any more.</summary>
    public void Notify() => _call?.TrySetResult();

    public bool IsLatest(TaskCompletionSource call) => _call == call;

    public void EndCall(IEnumerable<WorkSlot> delivered, TimeSpan now)
    {
        _call = null;
        CallEndedAt = now;
        Request = Less(delivered);
    }

    /// <summary>What it wants when it has these.</summary>
    public SlotRequest Less(IEnumerable<WorkSlot> slots) => slots.Aggregate(Request, (left, slot) =>
        slot.Kind == WorkKind.Chunk ? left with { Wanted = left.Wanted - 1 } : left with { WantsCutter = false });
}
