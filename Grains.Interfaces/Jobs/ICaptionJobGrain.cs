using System.Collections.Immutable;
using Ax2.Captions;
using Ax2.Credits;
using Orleans.Concurrency;

namespace Ax2.Jobs;

/// <summary>
/// One captioning job, from acceptance to delivery. Key: the job id. It survives any crash: a reminder, registered
/// before the first state, drives it on from its last durable stage. A job's id comes from the caller, so that a
/// repeated start is the same job.
/// </summary>
[Alias("ax2.ICaptionJobGrain")]
public interface ICaptionJobGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Accepts the job and holds its credits; durable when it answers. Idempotent for the same content, the refusal
    /// included. Refusals: <see cref="JobRefusals.IdempotencyConflict"/>,
    /// <see cref="Media.MediaRefusals.UploadUnknown"/>, <see cref="JobRefusals.UploadNotReady"/>,
    /// <see cref="JobRefusals.AudioStreamUnknown"/>, <see cref="CaptionRefusals.LanguageUnsupported"/>,
    /// <see cref="JobRefusals.EngineUnavailable"/>, <see cref="JobRefusals.TranslationLanguageInvalid"/>,
    /// <see cref="JobRefusals.OptionUnavailable"/>, <see cref="CreditRefusals.QuoteExpired"/>,
    /// <see cref="CreditRefusals.Insufficient"/>; with a range or a job to merge into also
    /// <see cref="JobRefusals.RangeInvalid"/>, <see cref="JobRefusals.JobUnknown"/> and
    /// <see cref="JobRefusals.MergeImpossible"/>.
    /// </summary>
    [Alias("Start"), Idempotent]
    Task<JobAnswer> Start(StartJob command);

    /// <summary>
    /// What <see cref="Start"/> would hold, without starting anything. Same refusals, but for credits and for extras
    /// that cannot be ordered yet: their lines say so.
    /// </summary>
    [Alias("GetQuote"), Idempotent]
    Task<QuoteAnswer> GetQuote(StartJob command);

    /// <summary>The job, or null when there is none in the workspace.</summary>
    [Alias("Get"), AlwaysInterleave, Idempotent]
    Task<JobView?> Get(Guid workspaceId);

    /// <summary>
    /// Stops the job: its work ends within 2 s. What was finished is delivered and charged, the rest of the hold
    /// returns; when nothing was finished, or it cannot be stored within some seconds, all of it returns. A job that is
    /// settling, releasing or over is left as it is. Null as for <see cref="Get"/>.
    /// </summary>
    [Alias("Cancel")]
    Task<JobView?> Cancel(Guid workspaceId);

    /// <summary>
    /// Runs what is missing of a job that failed, is partial or was cancelled: a new run, with a quote and a hold for
    /// only that. A job that is not over is left as it is, so that a repeat joins the run. Refusals:
    /// <see cref="JobRefusals.JobUnknown"/>, <see cref="JobRefusals.NothingToRetry"/>, and those of
    /// <see cref="Start"/> that concern the upload and the credits.
    /// </summary>
    [Alias("Retry")]
    Task<JobAnswer> Retry(Guid workspaceId);

    /// <summary>
    /// The captions of the first minutes while the rest is still worked on, or null when there are none yet. Sentences
    /// that may go on are left out.
    /// <paramref name="formatId"/> must be one that <see cref="CaptionFormatIds"/> lists.
    /// </summary>
    [Alias("RenderDraft"), AlwaysInterleave, Idempotent]
    Task<CaptionDraft?> RenderDraft(Guid workspaceId, string language, string formatId);

    /// <summary>
    /// Removes the job, its captions and whatever else was stored for it; what it was charged stays in the ledger. For
    /// the end of a workspace. A live job is cancelled, and false says to ask again once it is over. Idempotent.
    /// </summary>
    [Alias("Erase")]
    Task<bool> Delete(Guid workspaceId);

    /// <summary>Drives the job on when nobody does. Costs nothing when somebody does, or it is over.</summary>
    [Alias("Drive")]
    Task Drive();

    /// <summary>
    /// Waits until the job has an event after <paramref name="afterNumber"/> and answers it with the job as it is then;
    /// after 2 s without one it answers the unchanged view. Null as for <see cref="Get"/>.
    /// Numbers only grow, also over a crash; gaps are normal. No answer within 3 s is a <see cref="TimeoutException"/>:
    /// its silo may have died, so ask again.
    /// </summary>
    [Alias("WaitForEvent"), AlwaysInterleave, ResponseTimeout("00:00:03")]
    Task<JobView?> WaitForEvent(Guid workspaceId, long afterNumber, CancellationToken cancellationToken);
}

/// <param name="Language">Spoken language, BCP 47.</param>
/// <param name="AudioStreamIndex">
/// From <see cref="Media.AudioStream.Index"/>; null takes the file's default stream.
/// </param>
/// <param name="PriceListVersion">The one that was quoted; null takes the present one.</param>
/// <param name="Extras">Null for none.</param>
/// <param name="Engine">The speech engine to use; null takes the first that knows the language.</param>
/// <param name="Range">Only this part of the media; null is all of it.</param>
/// <param name="MergeInto">
/// A job of the same upload whose track takes the captions in: its cues in the range are replaced. The range then grows
/// to whole cues of that track, so that none is cut in half.
/// </param>
[GenerateSerializer, Alias("ax2.StartJob"), Immutable]
public sealed record StartJob(
    [property: Id(0)] Guid WorkspaceId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] Guid UploadId,
    [property: Id(3)] string Language,
    [property: Id(4)] int? AudioStreamIndex,
    [property: Id(5)] int? PriceListVersion = null,
    [property: Id(6)] JobExtras? Extras = null,
    [property: Id(7)] string? Engine = null,
    [property: Id(8)] TimeSpanMs? Range = null,
    [property: Id(9)] Guid? MergeInto = null);

/// <summary>What is ordered besides captions in the spoken language.</summary>
/// <param name="TranslationLanguages">BCP 47, each once. At most 20.</param>
[GenerateSerializer, Alias("ax2.JobExtras"), Immutable]
public sealed record JobExtras(
    [property: Id(0)] ImmutableArray<string> TranslationLanguages,
    [property: Id(1)] bool HasBurnIn)
{
    public bool Equals(JobExtras? other) =>
        other is not null && HasBurnIn == other.HasBurnIn
        && TranslationLanguages.SequenceEqual(other.TranslationLanguages);

    public override int GetHashCode() => HashCode.Combine(HasBurnIn, TranslationLanguages.Length);
}

/// <summary>Exactly one of the two is set, but for a job that was accepted and then refused: then both are.</summary>
[GenerateSerializer, Alias("ax2.JobAnswer"), Immutable]
public sealed record JobAnswer([property: Id(0)] JobView? Job, [property: Id(1)] Refusal? Refusal);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Alias("ax2.QuoteAnswer"), Immutable]
public sealed record QuoteAnswer([property: Id(0)] Quote? Quote, [property: Id(1)] Refusal? Refusal);

/// <summary>Where a job stands. The numbers are stored: never renumber.</summary>
[GenerateSerializer, Alias("ax2.JobStage")]
public enum JobStage
{
    /// <summary>Stored; credits not yet held.</summary>
    Accepted = 0,
    /// <summary>Credits held; waiting for a worker.</summary>
    Reserved = 1,
    /// <summary>Speech is being recognised.</summary>
    Transcribing = 2,
    /// <summary>Cues are being cut and stored.</summary>
    Storing = 3,
    /// <summary>The captions are stored; the used credits are being taken.</summary>
    Settling = 4,
    /// <summary>It will end as failed or cancelled; the hold is being returned.</summary>
    Releasing = 5,
    Done = 6,
    Failed = 7,
    Cancelled = 8,
    /// <summary>Over; some of it could not be recognised. What there is was delivered and charged.</summary>
    Partial = 9,
}

/// <param name="EventNumber">Number of the last event; grows with every change that a watcher should see.</param>
/// <param name="ProcessedMs">How much of the audio is recognised.</param>
/// <param name="EstimatedRemainingMs">Null when there is nothing to compute it from.</param>
/// <param name="Quote">Of this run.</param>
/// <param name="HeldCredits">Zero once the hold is resolved.</param>
/// <param name="ChargedCredits">Over all runs; zero until settled.</param>
/// <param name="Refusal">Why it failed or is partial, else null.</param>
/// <param name="Run">1, and one more with each retry.</param>
/// <param name="OrderedMs">How much media the job is for: all, or its range.</param>
/// <param name="Range">The part of the media that it is for; null is all.</param>
/// <param name="MergeInto">The job whose track took its captions in.</param>
/// <param name="Queue">While it waits for a slot, else null.</param>
/// <param name="Chunks">As far as the audio is cut, in order.</param>
/// <param name="IsCutComplete">Whether <paramref name="Chunks"/> are all there will be.</param>
/// <param name="SpeedMsPerSecond">Audio that was recently recognised in a second; null while unknown.</param>
/// <param name="DraftUntilMs">
/// While it works: captions up to here can be read (<see cref="ICaptionJobGrain.RenderDraft"/>).
/// </param>
/// <param name="Charge">How the last run's charge was computed; null until settled.</param>
/// <param name="Quality">What the audit of the captions found; null until they are stored.</param>
/// <param name="WaitingForSpaceSince">
/// Set while the job waits because the service has no space left: it goes on by itself when there is some.
/// </param>
[GenerateSerializer, Alias("ax2.JobView"), Immutable]
public sealed record JobView(
    [property: Id(0)] Guid JobId,
    [property: Id(1)] Guid WorkspaceId,
    [property: Id(2)] Guid UploadId,
    [property: Id(3)] string FileName,
    [property: Id(4)] string Language,
    [property: Id(5)] JobStage Stage,
    [property: Id(6)] long EventNumber,
    [property: Id(7)] long MediaDurationMs,
    [property: Id(8)] long ProcessedMs,
    [property: Id(9)] long? EstimatedRemainingMs,
    [property: Id(10)] Quote Quote,
    [property: Id(11)] long HeldCredits,
    [property: Id(12)] long ChargedCredits,
    [property: Id(13)] ImmutableArray<JobTrack> Tracks,
    [property: Id(14)] Refusal? Refusal,
    [property: Id(15)] DateTimeOffset CreatedAt,
    [property: Id(16)] DateTimeOffset? StartedAt,
    [property: Id(17)] DateTimeOffset? FinishedAt,
    [property: Id(18)] ImmutableArray<JobEvent> History,
    [property: Id(19)] int Run,
    [property: Id(20)] long OrderedMs,
    [property: Id(21)] TimeSpanMs? Range,
    [property: Id(22)] Guid? MergeInto,
    [property: Id(23)] QueuePlace? Queue,
    [property: Id(24)] ImmutableArray<JobChunkView> Chunks,
    [property: Id(25)] bool IsCutComplete,
    [property: Id(26)] double? SpeedMsPerSecond,
    [property: Id(27)] long? DraftUntilMs,
    [property: Id(28)] Charge? Charge,
    [property: Id(29)] CaptionQuality? Quality,
    [property: Id(30)] DateTimeOffset? WaitingForSpaceSince = null)
{
    public bool IsOver => Stage is JobStage.Done or JobStage.Failed or JobStage.Cancelled or JobStage.Partial;
}

/// <param name="Position">Jobs that will be served before this one; 0 is next.</param>
/// <param name="EstimatedStartAt">Null when there is nothing to compute it from.</param>
[GenerateSerializer, Alias("ax2.QueuePlace"), Immutable]
public sealed record QueuePlace(
    [property: Id(0)] int Position,
    [property: Id(1)] DateTimeOffset? EstimatedStartAt,
    [property: Id(2)] bool IsPaused);

/// <summary>A stretch of the audio that is recognised on its own.</summary>
/// <param name="ProcessedMs">How much of it is recognised.</param>
/// <param name="Refusal">Why it failed, else null.</param>
[GenerateSerializer, Alias("ax2.JobChunkView"), Immutable]
public sealed record JobChunkView(
    [property: Id(0)] int Index,
    [property: Id(1)] long StartMs,
    [property: Id(2)] long EndMs,
    [property: Id(3)] ChunkProgress State,
    [property: Id(4)] long ProcessedMs,
    [property: Id(5)] Refusal? Refusal);

[GenerateSerializer, Alias("ax2.ChunkProgress")]
public enum ChunkProgress
{
    Waiting = 0,
    Running = 1,
    Done = 2,
    Failed = 3,
}

/// <param name="UntilMs">The captions are whole up to here.</param>
[GenerateSerializer, Alias("ax2.CaptionDraft"), Immutable]
public sealed record CaptionDraft(
    [property: Id(0)] CaptionFile File, [property: Id(1)] long UntilMs);

/// <summary>A change of stage that was made durable.</summary>
[GenerateSerializer, Alias("ax2.JobEvent"), Immutable]
public sealed record JobEvent(
    [property: Id(0)] long Number,
    [property: Id(1)] JobStage Stage,
    [property: Id(2)] DateTimeOffset At);

/// <summary>A stored caption track of the job.</summary>
[GenerateSerializer, Alias("ax2.JobTrack"), Immutable]
public sealed record JobTrack([property: Id(0)] string Language, [property: Id(1)] int CueCount);

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class JobRefusals
{
    public const string IdempotencyConflict = "idempotency_conflict";
    public const string UploadNotReady = "upload_not_ready";
    public const string AudioStreamUnknown = "audio_stream_unknown";
    public const string JobUnknown = "job_unknown";
    public const string OptionUnavailable = "option_unavailable";
    public const string TranslationLanguageInvalid = "translation_language_invalid";
    public const string Internal = "internal_error";
    public const string SpeechRefused = "speech_refused";
    public const string ChunkPoisonous = "chunk_poisonous";
    public const string EngineUnavailable = "engine_unavailable";
    public const string NothingToRetry = "nothing_to_retry";
    public const string RangeInvalid = "range_invalid";
    public const string MergeImpossible = "merge_impossible";

    /// <summary>What was recognised is lost: a retry recognises it anew.</summary>
    public const string CheckpointLost = "checkpoint_lost";

    /// <summary>The audio that was cut for a part is lost, and it could not be cut again.</summary>
    public const string AudioLost = "audio_lost";

    /// <summary>A stage was tried as often as is allowed.</summary>
    public const string StageFailed = "stage_failed";
}
