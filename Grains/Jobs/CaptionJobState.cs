using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ax2.Credits;

namespace Ax2.Jobs;

/// <summary>
/// Stored as JSON; replaced, never changed in place. Everything that the job does is decided from it.
/// </summary>
public sealed record CaptionJobState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>What was asked for; null until the job is accepted.</summary>
    public StartJob? Command { get; init; }
    public string FileName { get; init; } = "";
    public string ObjectKey { get; init; } = "";
    public long MediaDurationMs { get; init; }
    public int AudioStreamIndex { get; init; }

    /// <summary>How long the chosen audio stream claims to be: what was decoded is held against it.</summary>
    public long AudioDurationMs { get; init; }
    public Quote Quote { get; init; } = new(0, 0, []);
    public JobStage Stage { get; init; }

    /// <summary>Set by <see cref="ICaptionJobGrain.Cancel"/>; the drive loop acts on it.</summary>
    public bool IsCancelRequested { get; init; }

    /// <summary>Why the job fails or failed. Set before the hold is released.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>
    /// How often transcription was begun; written before each begin, so that a killer file is noticed.
    /// </summary>
    public int Attempts { get; init; }
    public ImmutableArray<JobTrack> Tracks { get; init; } = [];

    /// <summary>What the hold still keeps; zero once it is resolved.</summary>
    public long HeldCredits { get; init; }

    /// <summary>When the life of the hold began anew; null until the first time.</summary>
    public DateTimeOffset? HoldExtendedAt { get; init; }
    public long ChargedCredits { get; init; }

    /// <summary>Number of the last stored event. Watchers may have seen higher ones, of progress only.</summary>
    public long EventNumber { get; init; }
    public ImmutableArray<JobEvent> History { get; init; } = [];
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    [JsonIgnore]
    public bool Exists => Command is not null;
}
