using System.Collections.Immutable;
using Ax2.Jobs.Chunks;

namespace Ax2.Jobs;

internal enum RecognitionMode
{
    /// <summary>Not started, or over: what is at work in the cluster goes on unobserved.</summary>
    Idle,
    /// <summary>The audio is cut while the job waits for its first slot for a chunk.</summary>
    Waiting,
    /// <summary>It has the slot, or there will be none; the run has not begun yet.</summary>
    Ready,
    Running,
    /// <summary>What may be at work is being stopped.</summary>
    Stopping,
    /// <summary>Nobody waits for the stops any more, but what is found at work is still stopped.</summary>
    Stopped,
}

/// <summary>
/// What one activation knows of its job's recognition; <see cref="RecognitionFlow"/> decides what follows on what.
/// Nothing in it is lost to a crash: a new activation asks the work items where they stand.
/// </summary>
internal sealed record RecognitionState
{
    public RecognitionMode Mode { get; init; }

    /// <summary>As it was last stored.</summary>
    public CaptionJobState Job { get; init; } = new();

    /// <summary>The number of the last call: its generation. An answer counts only for its own call.</summary>
    public long LastCall { get; init; }

    /// <summary>By index. Without an entry nothing is known of the item yet.</summary>
    public ImmutableSortedDictionary<int, WorkItem> Items { get; init; } =
        ImmutableSortedDictionary<int, WorkItem>.Empty;

    /// <summary>Granted and not used yet.</summary>
    public ImmutableArray<WorkSlot> Slots { get; init; } = [];

    /// <summary>The one call to the queue whose answer is awaited.</summary>
    public OpenAsk? Ask { get; init; }

    /// <summary>After a failed call to the queue.</summary>
    public DateTimeOffset AskNotBefore { get; init; }

    /// <summary>Where the job stands in the queue; null when it does not wait.</summary>
    public QueuePlace? Place { get; init; }

    /// <summary>To be stored with the next write.</summary>
    public ImmutableArray<JobChange> Unsaved { get; init; } = [];

    /// <summary>In the write that is under way.</summary>
    public ImmutableArray<JobChange> Saving { get; init; } = [];

    /// <summary>The latest unanswered stop of each item.</summary>
    public ImmutableDictionary<int, long> Stops { get; init; } = ImmutableDictionary<int, long>.Empty;

    /// <summary>From then on nobody waits for stops.</summary>
    public DateTimeOffset StopDueAt { get; init; }

    /// <summary>When the flow must be asked again though nothing happened; null for never.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    public bool IsLive => Mode is RecognitionMode.Waiting or RecognitionMode.Ready or RecognitionMode.Running;

    public bool IsSaved => Unsaved.IsEmpty && Saving.IsEmpty;

    public bool HasChunkSlot => Slots.Any(slot => slot.Kind == WorkKind.Chunk);

    public bool IsChunkAtWork => Items.Any(item => item is { Key: not WorkItem.Cutter, Value.HasCall: true });
}

/// <param name="DueAt">The queue answers sooner: without an answer by then the call is lost.</param>
internal sealed record OpenAsk(long Call, bool WantsChunk, bool WantsCutter, DateTimeOffset DueAt);

internal enum WorkPhase
{
    /// <summary>Nobody works on it: it needs a slot.</summary>
    Idle,
    /// <summary>It has its slot; the attempt is being counted in the job's state. Only the cutter.</summary>
    Counting,
    /// <summary>Its begin is not answered.</summary>
    Beginning,
    /// <summary>Its reports are awaited.</summary>
    Following,
    /// <summary>Its outcome is known; storing it takes it off the job's list.</summary>
    Ended,
    /// <summary>
    /// Its audio is lost. Storing that takes it off the list until it is cut again; it waits for the end of cutting.
    /// </summary>
    AudioLost,
}

/// <summary>What is known of the cutter or of one chunk.</summary>
internal sealed record WorkItem
{
    /// <summary>The index of the cutter among the chunks.</summary>
    public const int Cutter = -1;

    /// <summary>Until the queue knows that the silo has no capacity.</summary>
    private static readonly TimeSpan NoSlotPause = TimeSpan.FromMilliseconds(200);

    public WorkPhase Phase { get; init; }

    /// <summary>The generation of the call whose answer counts, while it has one.</summary>
    public long Call { get; init; }

    /// <summary>While counting and beginning.</summary>
    public WorkSlot? Slot { get; init; }

    /// <summary>It was begun from here, not found at work.</summary>
    public bool IsBegun { get; init; }

    public bool IsRunning { get; init; }

    public long ProcessedMs { get; init; }

    /// <summary>While idle.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>Failed tries in a row.</summary>
    public int Faults { get; init; }

    public bool HasCall => Phase is WorkPhase.Beginning or WorkPhase.Following;

    public static WorkKind KindOf(int index) => index == Cutter ? WorkKind.Cutter : WorkKind.Chunk;

    public WorkItem Run(long processedMs) => this with { IsRunning = true, ProcessedMs = processedMs, Faults = 0 };

    public WorkItem End() => this with { Phase = WorkPhase.Ended, Call = 0, Slot = null };

    public static WorkItem Rest(DateTimeOffset until) => new() { NotBefore = until };

    /// <summary>The first time it is tried again at once: mostly its silo went away.</summary>
    public WorkItem Fault(DateTimeOffset now, JobOptions options)
    {
        var delay = Faults == 0 ? TimeSpan.Zero : options.BackOff(Faults, options.MaxRetryDelay);
        return Rest(now + delay) with { Faults = Faults + 1 };
    }

    /// <summary>
    /// Nobody works on it. When it ran, or nobody was asked to begin it, it needs a slot at once.
    /// </summary>
    public WorkItem NotAtWork(WorkState state, DateTimeOffset now, JobOptions options) =>
        state == WorkState.NoSlot ? Rest(now + NoSlotPause)
        : IsBegun && !IsRunning ? Fault(now, options)
        : Rest(now);
}
