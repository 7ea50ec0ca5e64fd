using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Decodes the audio of a job once, cuts it at its quietest points near the target length and puts each chunk's audio
/// into the object store. Key: the job id. It has no state: the cuts follow from the audio alone, so whoever begins
/// again after a crash comes to the same chunks.
/// </summary>
[Alias("ax2.IAudioCutterGrain")]
public interface IAudioCutterGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Begins, joins the work that runs, or answers what is done. It is done on the silo that the call was placed on.
    /// When all that is done is known to the caller, audio was lost since: it is begun again.
    /// </summary>
    [Alias("Begin")]
    Task<CutReport> Begin(CutAudio command);

    /// <summary>
    /// Waits until there are more than <paramref name="knownSpans"/> spans or the work has ended; after 5 s it answers
    /// what there is. An activation that is not at work answers <see cref="WorkState.Idle"/>: begin again.
    /// </summary>
    [Alias("WaitForSpans"), AlwaysInterleave]
    Task<CutReport> WaitForSpans(int knownSpans, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the work within 2 s and forgets its outcome; what was put into the store stays. Idempotent.
    /// </summary>
    [Alias("Stop"), AlwaysInterleave]
    Task Stop();
}

/// <param name="SlotId">The slot that the work may take on its silo (<see cref="WorkSlot"/>).</param>
/// <param name="AudioDurationMs">How long the stream claims to be: what was decoded is held against it.</param>
/// <param name="FromMs">Only from here …</param>
/// <param name="UntilMs">… to here is cut up; null is the end. Times stay those of the file.</param>
/// <param name="KnownSpans">
/// Spans that were reported before, in order: they stay as they are, also when the options of cutting have changed
/// since, and audio of theirs that is still in the store is not written again.
/// </param>
[GenerateSerializer, Alias("ax2.CutAudio"), Immutable]
public sealed record CutAudio(
    [property: Id(0)] Guid SlotId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] string ObjectKey,
    [property: Id(3)] int AudioStreamIndex,
    [property: Id(4)] long AudioDurationMs,
    [property: Id(5)] long FromMs,
    [property: Id(6)] long? UntilMs,
    [property: Id(7)] ImmutableArray<ChunkSpan> KnownSpans);

/// <param name="State">Waiting after a fault that says nothing about the file: it was logged, begin again.</param>
/// <param name="Spans">
/// What is in the store, in order, without a gap between them. While it runs the last of the file is not among them.
/// </param>
/// <param name="Refusal">
/// Why the file cannot be cut (truncated, empty, unreadable, deleted); set when Failed. When Waiting: what for.
/// </param>
[GenerateSerializer, Alias("ax2.CutReport"), Immutable]
public sealed record CutReport(
    [property: Id(0)] WorkState State,
    [property: Id(1)] ImmutableArray<ChunkSpan> Spans,
    [property: Id(2)] long DecodedMs,
    [property: Id(3)] Refusal? Refusal);

/// <summary>The part of the audio that one chunk answers for, and the context that is recognised with it.</summary>
/// <param name="StartMs">Of the file. The chunk's words begin here …</param>
/// <param name="EndMs">… and end before here, where the next chunk starts.</param>
/// <param name="AudioStartMs">Where its stored audio begins: at most the context earlier.</param>
/// <param name="AudioEndMs">Where its stored audio ends.</param>
[GenerateSerializer, Alias("ax2.ChunkSpan"), Immutable]
public sealed record ChunkSpan(
    [property: Id(0)] int Index,
    [property: Id(1)] long StartMs,
    [property: Id(2)] long EndMs,
    [property: Id(3)] long AudioStartMs,
    [property: Id(4)] long AudioEndMs)
{
    /// <summary>16 kHz mono 16-bit samples without a header.</summary>
    public static string AudioKey(Guid jobId, int index) => $"jobs/{jobId:N}/audio/{index}.pcm";
}

/// <summary>The state of a work item on a silo.</summary>
[GenerateSerializer, Alias("ax2.WorkState")]
public enum WorkState
{
    /// <summary>Nobody works on it: never begun, stopped, handed over, or its silo is gone.</summary>
    Idle = 0,
    Running = 1,
    /// <summary>The result is durable.</summary>
    Done = 2,
    /// <summary>It will not get better by trying again.</summary>
    Failed = 3,
    /// <summary>It may be begun again after a while.</summary>
    Waiting = 4,
    /// <summary>The silo had no capacity for it: ask the queue for another slot.</summary>
    NoSlot = 5,
}
