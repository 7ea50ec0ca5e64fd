using System.Collections.Immutable;
using System.Globalization;
using Ax2.Captions;
using Ax2.Captions.Speech;
using Orleans.Concurrency;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Recognises one chunk of a job and stores its words: the checkpoint. Key: the job id, extension: the chunk's index in
/// decimal. Its job drives it; it calls no grain.
/// Each attempt has a number, stored before the work begins: that number is the lease's fencing token. A checkpoint is
/// written only under the number that is stored, so the result of an attempt that was overtaken is refused. What has a
/// checkpoint is never recognised again.
/// </summary>
[Alias("ax2.ICaptionChunkGrain")]
public interface ICaptionChunkGrain : IGrainWithGuidCompoundKey
{
    /// <summary>
    /// Begins an attempt, or joins the one that runs, or answers what is done. It works on the silo that the call was
    /// placed on, in the slot that it names. A chunk whose attempts ended its worker's life too often is Failed with
    /// <see cref="JobRefusals.ChunkPoisonous"/>. One that Waits with <see cref="JobRefusals.AudioLost"/> must have its
    /// audio cut again first.
    /// </summary>
    [Alias("Begin")]
    Task<ChunkReport> Begin(BeginChunk command);

    /// <summary>
    /// Waits until the report's revision is above <paramref name="knownRevision"/>; after 5 s it answers what there is.
    /// An activation that is not at work answers <see cref="WorkState.Idle"/> (or Done, Failed): begin again.
    /// </summary>
    [Alias("WaitForReport"), AlwaysInterleave]
    Task<ChunkReport> WaitForReport(int knownRevision, CancellationToken cancellationToken);

    /// <summary>The checkpoint, or null while there is none.</summary>
    [Alias("GetResult"), AlwaysInterleave]
    Task<ChunkResult?> GetResult();

    /// <summary>Ends the running attempt within 2 s, without a result and without blame. Idempotent.</summary>
    [Alias("Stop"), AlwaysInterleave]
    Task Stop();

    /// <summary>Stops, and removes the checkpoint and all that is stored of this chunk. Idempotent.</summary>
    [Alias("Forget")]
    Task Delete();
}

internal static class CaptionChunks
{
    /// <summary>The grain of one chunk: only here its key is spelled.</summary>
    public static ICaptionChunkGrain GetChunk(this IGrainFactory grains, Guid jobId, int index) =>
        grains.GetGrain<ICaptionChunkGrain>(jobId, index.ToString(CultureInfo.InvariantCulture), null);
}

/// <param name="Engine">One of <see cref="SpeechEngines"/>; null takes the first that knows the language.</param>
[GenerateSerializer, Alias("ax2.BeginChunk"), Immutable]
public sealed record BeginChunk(
    [property: Id(0)] Guid SlotId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] ChunkSpan Span,
    [property: Id(3)] string Language,
    [property: Id(4)] string? Engine);

/// <param name="Attempt">The fencing token: number of the last attempt, 0 before the first.</param>
/// <param name="Revision">Grows with every change while the activation lives; 0 when it just began to.</param>
/// <param name="ProcessedMs">How much of the span is recognised.</param>
/// <param name="RetryAt">When Waiting: not before.</param>
/// <param name="Refusal">Why it Failed, or what it Waits for.</param>
[GenerateSerializer, Alias("ax2.ChunkReport"), Immutable]
public sealed record ChunkReport(
    [property: Id(0)] WorkState State,
    [property: Id(1)] int Attempt,
    [property: Id(2)] int Revision,
    [property: Id(3)] long ProcessedMs,
    [property: Id(4)] DateTimeOffset? RetryAt,
    [property: Id(5)] Refusal? Refusal);

/// <param name="Segments">
/// In times of the file, with the context on both sides: <see cref="Transcripts"/> joins the chunks.
/// </param>
/// <param name="QuietSpans">Where the chunk's own span is silent.</param>
[GenerateSerializer, Alias("ax2.ChunkResult"), Immutable]
public sealed record ChunkResult(
    [property: Id(0)] ChunkSpan Span,
    [property: Id(1)] int Attempt,
    [property: Id(2)] string Engine,
    [property: Id(3)] ImmutableArray<SpeechSegment> Segments,
    [property: Id(4)] ImmutableArray<TimeSpanMs> QuietSpans);
