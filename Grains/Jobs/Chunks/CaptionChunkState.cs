using System.Text.Json.Serialization;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Stored as JSON; replaced, never changed in place. <see cref="ChunkFlow"/> says what follows on what.
/// </summary>
[Confidential]
public sealed record CaptionChunkState : IUnreadableState<CaptionChunkState>
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>What the chunk answers for; null before the first attempt.</summary>
    public ChunkSpan? Span { get; init; }

    /// <summary>Number of the last attempt that was begun. It only grows: the fencing token.</summary>
    public int Attempt { get; init; }

    /// <summary>Made by whoever began it: it distinguishes two that both meant to begin the same number.</summary>
    public Guid AttemptId { get; init; }

    /// <summary>
    /// The last attempt was begun and has neither ended nor been stopped. When nobody works on it, its worker died.
    /// </summary>
    public bool IsAttemptOpen { get; init; }

    /// <summary>
    /// No other chunk is at work beside the open attempt, nor will be: it alone is the cause of a death.
    /// </summary>
    public bool IsAlone { get; init; }

    /// <summary>Attempts that ended with their worker's life.</summary>
    public int WorkerDeaths { get; init; }

    /// <summary>Attempts that failed in a way that a later one may not.</summary>
    public int Failures { get; init; }

    /// <summary>Attempts that could not read their audio: the object store was away, or it was lost.</summary>
    public int ReadFailures { get; init; }

    /// <summary>Attempts that the provider put off.</summary>
    public int Throttles { get; init; }

    /// <summary>No attempt before; null when there is nothing to wait for.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>It is given up.</summary>
    public bool IsFailed { get; init; }

    /// <summary>Why it is given up, or what it waits for.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>The checkpoint. Once it is there, nothing changes any more.</summary>
    public ChunkResult? Result { get; init; }

    /// <summary>Why its row cannot be read: nothing else is known of it then. Not stored.</summary>
    [JsonIgnore]
    public Exception? ReadFault { get; init; }

    public CaptionChunkState Unreadable(Exception fault) => new() { ReadFault = fault };
}
