using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ax2.Captions;
using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Ax2.Users;

namespace Ax2.Jobs;

/// <summary>
/// Stored as JSON; replaced, never changed in place. Everything that the job does is decided from it.
/// </summary>
public sealed partial record CaptionJobState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 2;

    /// <summary>What was asked for; null until the job is accepted.</summary>
    public StartJob? Command { get; init; }

    /// <summary>The user's when the job was accepted: what its share of the workers goes by.</summary>
    public string Plan { get; init; } = PlanName.Standard;
    public string FileName { get; init; } = "";
    public string ObjectKey { get; init; } = "";
    public long MediaDurationMs { get; init; }
    public int AudioStreamIndex { get; init; }

    /// <summary>How long the chosen audio stream claims to be: what was decoded is held against it.</summary>
    public long AudioDurationMs { get; init; }

    /// <summary>The part of the media that is worked on, grown to whole cues when it is merged. Null is all.</summary>
    public TimeSpanMs? Range { get; init; }

    /// <summary>
    /// The language of the track that takes the captions in; null when the job has a track of its own.
    /// </summary>
    public string? MergeLanguage { get; init; }

    /// <summary>Of the present run.</summary>
    public Quote Quote { get; init; } = new(0, 0, []);
    public JobStage Stage { get; init; }

    /// <summary>
    /// Tries of the present stage that failed, or that ended with their silo in a stage whose work is the job's own:
    /// there the last one counts as it begins. Over all activations; zero when the stage begins.
    /// <see cref="JobOptions.MaxStageAttempts"/> limits them.
    /// </summary>
    public int StageAttempts { get; init; }

    /// <summary>Since when there was no space for what comes next; null while the job does not wait for that.</summary>
    public DateTimeOffset? WaitingForSpaceSince { get; init; }

    /// <summary>1, and one more with each retry. Credit operations and holds are named by it.</summary>
    public int Run { get; init; } = 1;

    /// <summary>When the run was asked for: its position in the queue.</summary>
    public DateTimeOffset QueuedSince { get; init; }

    /// <summary>Set by <see cref="ICaptionJobGrain.Cancel"/>; the drive loop acts on it.</summary>
    public bool IsCancelRequested { get; init; }

    /// <summary>Why the job fails, failed or is partial. Set before the hold is resolved.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>In order, as far as the audio is cut. Their results are checkpoints of the chunk grains.</summary>
    public ImmutableArray<JobChunk> Chunks { get; init; } = [];

    /// <summary>Whether <see cref="Chunks"/> are all there will be, and their audio was put into the store.</summary>
    public bool IsCutComplete { get; init; }

    /// <summary>Why the audio cannot be cut: the end of this run.</summary>
    public Refusal? CutRefusal { get; init; }

    /// <summary>
    /// How often cutting was begun without a new chunk coming of it; written before each begin, so that a killer file
    /// is noticed.
    /// </summary>
    public int Attempts { get; init; }
    public ImmutableArray<JobTrack> Tracks { get; init; } = [];

    /// <summary>What the hold still keeps; zero once it is resolved.</summary>
    public long HeldCredits { get; init; }

    /// <summary>When the life of the hold began anew; null until the first time in the run.</summary>
    public DateTimeOffset? HoldExtendedAt { get; init; }

    /// <summary>Over all runs.</summary>
    public long ChargedCredits { get; init; }

    /// <summary>How much of <see cref="DeliveredMs"/> was charged: a retry pays for the rest only.</summary>
    public long PaidMs { get; init; }

    /// <summary>What the audit of the stored captions found.</summary>
    public CaptionQuality? Quality { get; init; }

    /// <summary>How the last charge was computed.</summary>
    public Charge? Charge { get; init; }

    /// <summary>Number of the last stored event. Watchers may have seen higher ones, of progress only.</summary>
    public long EventNumber { get; init; }
    public ImmutableArray<JobEvent> History { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    [JsonIgnore]
    public bool Exists => Command is not null;

    /// <summary>False for a start that was refused for want of credits: nobody wants to see that as a job.</summary>
    [JsonIgnore]
    public bool WasReserved => History.Any(e => e.Stage == JobStage.Reserved);

    /// <summary>The job as it enters a stage. One that is over holds nothing.</summary>
    public CaptionJobState Enter(JobStage stage, DateTimeOffset now)
    {
        var isOver = JobFlow.IsOver(stage);
        return this with
        {
            Stage = stage,
            StageAttempts = 0,
            WaitingForSpaceSince = null,
            HeldCredits = isOver ? 0 : HeldCredits,
            // No list and no deletion knows of a start that was refused: it keeps nothing that says whose it was.
            FileName = isOver && !WasReserved ? "" : FileName,
            FinishedAt = isOver ? now : null,
        };
    }
}

/// <param name="IsCut">Whether its audio was put into the store in this run, and was not lost since.</param>
/// <param name="Refusal">Why it failed, else null.</param>
public sealed record JobChunk(
    ChunkSpan Span, ChunkOutcome Outcome = ChunkOutcome.Pending, bool IsCut = false, Refusal? Refusal = null)
{
    [JsonIgnore]
    public int Index => Span.Index;

    [JsonIgnore]
    public long DurationMs => Span.EndMs - Span.StartMs;
}

/// <summary>Whether one is at work on it is not stored: the chunk itself is asked. Numbers are stored.</summary>
public enum ChunkOutcome
{
    Pending = 0,
    /// <summary>Its checkpoint is durable.</summary>
    Done = 1,
    Failed = 2,
}
