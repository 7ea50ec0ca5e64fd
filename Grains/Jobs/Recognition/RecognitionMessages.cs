using System.Collections.Immutable;
using Ax2.Jobs.Chunks;

namespace Ax2.Jobs;

/// <summary>What happened. A Call is the generation of the call that is answered.</summary>
internal abstract record RecognitionEvent
{
    /// <summary>The job shall wait for its first slot for a chunk.</summary>
    internal sealed record WaitRequested(CaptionJobState Job) : RecognitionEvent;

    /// <summary>Its chunks shall be recognised.</summary>
    internal sealed record RunRequested(CaptionJobState Job) : RecognitionEvent;

    /// <summary>What may be at work shall end.</summary>
    /// <param name="HasChunks">Whether chunks may be at work, too.</param>
    internal sealed record StopRequested(CaptionJobState Job, bool HasChunks = true) : RecognitionEvent;

    /// <summary>The caller is no longer interested; what is at work goes on.</summary>
    internal sealed record Halted(Exception Reason) : RecognitionEvent;

    internal sealed record Saved(CaptionJobState Job) : RecognitionEvent;

    internal sealed record SaveFailed(Exception Fault) : RecognitionEvent;

    internal sealed record SlotsAnswered(long Call, SlotAnswer Answer) : RecognitionEvent;

    internal sealed record AskFailed(long Call) : RecognitionEvent;

    internal sealed record ChunkReported(long Call, int Index, ChunkReport Report) : RecognitionEvent;

    internal sealed record CutReported(long Call, CutReport Report) : RecognitionEvent;

    /// <summary>A begin or a poll failed: nobody knows what became of it.</summary>
    internal sealed record CallFailed(long Call, int Index) : RecognitionEvent;

    /// <param name="IsDone">The chunk had its checkpoint.</param>
    internal sealed record StopEnded(long Call, int Index, bool IsDone) : RecognitionEvent;

    /// <summary>The time has come that the state names.</summary>
    internal sealed record Woke : RecognitionEvent;
}

/// <summary>What to do. A Call is the generation that the answer must carry.</summary>
internal abstract record RecognitionCommand
{
    /// <param name="Chunks">How many could be begun now.</param>
    internal sealed record AskQueue(long Call, int Chunks, bool WantsCutter) : RecognitionCommand;

    /// <summary>
    /// Gives the slots back. Ends an open call to the queue too, which then answers at once with what it has granted.
    /// </summary>
    internal sealed record LeaveQueue(ImmutableArray<Guid> UnusedSlots) : RecognitionCommand;

    internal sealed record Begin(long Call, int Index, WorkSlot Slot) : RecognitionCommand;

    /// <param name="Known">The revision, or number of spans, above which there is something new; -1 knows none.</param>
    internal sealed record Poll(long Call, int Index, int Known) : RecognitionCommand;

    /// <summary>No answer to an earlier poll counts any more.</summary>
    internal sealed record CancelPolls : RecognitionCommand;

    internal sealed record Stop(long Call, int Index) : RecognitionCommand;

    internal sealed record Save(ImmutableArray<JobChange> Changes) : RecognitionCommand;

    /// <summary>What the caller asked for is over.</summary>
    internal sealed record End(Exception? Fault) : RecognitionCommand;
}

/// <summary>A change of the job that follows from a report.</summary>
internal abstract record JobChange
{
    public abstract CaptionJobState ApplyTo(CaptionJobState job);

    internal sealed record ChunkEnded(int Index, ChunkOutcome Outcome, Refusal? Refusal) : JobChange
    {
        public override CaptionJobState ApplyTo(CaptionJobState job) => job.WithOutcome(Index, Outcome, Refusal);
    }

    internal sealed record AudioCut(
        ImmutableArray<ChunkSpan> Spans, bool IsComplete = false, Refusal? Refusal = null) : JobChange
    {
        public override CaptionJobState ApplyTo(CaptionJobState job) =>
            job.WithSpans(Spans).WithCutEnd(IsComplete, Refusal);
    }

    internal sealed record AudioLost(int Index) : JobChange
    {
        public override CaptionJobState ApplyTo(CaptionJobState job) => job.WithLostAudio(Index);
    }

    internal sealed record SpaceAwaited(DateTimeOffset Since) : JobChange
    {
        public override CaptionJobState ApplyTo(CaptionJobState job) => JobLimits.AwaitSpace(job, Since);
    }

    /// <summary>The object store was away when the cutter needed it.</summary>
    internal sealed record StageAttempted : JobChange
    {
        public override CaptionJobState ApplyTo(CaptionJobState job) =>
            job with { StageAttempts = job.StageAttempts + 1 };
    }

    /// <param name="By">1 before cutting is begun, -1 when it was not its fault that it ended.</param>
    internal sealed record CutAttempted(int By) : JobChange
    {
        public override CaptionJobState ApplyTo(CaptionJobState job) =>
            job with { Attempts = Math.Max(0, job.Attempts + By) };
    }
}
