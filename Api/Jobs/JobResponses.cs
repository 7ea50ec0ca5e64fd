using Ax2.Captions;
using Ax2.Credits;
using Ax2.Http;

namespace Ax2.Jobs;

/// <param name="Language">Spoken language, BCP 47; see <c>GET /languages</c>.</param>
/// <param name="AudioStreamIndex">One of the upload's audio streams; left out, the file's default one.</param>
/// <param name="PriceListVersion">The one of the quote; left out, the present one.</param>
/// <param name="TranslationLanguages">BCP 47. It can be quoted and not yet be ordered.</param>
/// <param name="BurnIn">Captions in the picture. It can be quoted and not yet be ordered.</param>
/// <param name="Engine">The speech engine; left out, the first that knows the language.</param>
/// <param name="Range">Only this part of the media.</param>
/// <param name="MergeInto">
/// A job of the same upload whose captions in the range are replaced. The range grows to whole captions.
/// </param>
internal sealed record StartJobRequest(
    Guid UploadId,
    string Language,
    int? AudioStreamIndex = null,
    int? PriceListVersion = null,
    IReadOnlyList<string>? TranslationLanguages = null,
    bool BurnIn = false,
    string? Engine = null,
    RangeResponse? Range = null,
    Guid? MergeInto = null)
{
    internal JobExtras? Extras => TranslationLanguages is { Count: > 0 } || BurnIn
        ? new JobExtras([.. TranslationLanguages ?? []], BurnIn)
        : null;
}

/// <param name="ValidUntil">A start that names the version has this price at least until then.</param>
/// <param name="ShortfallCredits">Zero when the available credits are enough.</param>
internal sealed record QuoteOffer(
    int PriceListVersion,
    long TotalCredits,
    DateTimeOffset? ValidUntil,
    IReadOnlyList<QuoteLineResponse> Lines,
    long AvailableCredits,
    long ShortfallCredits)
{
    internal static QuoteOffer From(Quote quote, CreditBalance balance)
    {
        var price = QuoteResponse.From(quote);
        var shortfall = Math.Max(0, quote.TotalCredits - balance.AvailableCredits);
        return new QuoteOffer(
            price.PriceListVersion, price.TotalCredits, price.ValidUntil, price.Lines, balance.AvailableCredits,
            shortfall);
    }
}

/// <summary>A part of the media; the end is not in it.</summary>
internal sealed record RangeResponse(long StartMs, long EndMs)
{
    internal static RangeResponse? From(TimeSpanMs? range) =>
        range is { } part ? new RangeResponse(part.StartMs, part.EndMs) : null;
}

/// <param name="EventNumber">The number of its last event; grows with every change.</param>
/// <param name="Run">1, and one more with each retry.</param>
/// <param name="Range">The part of the media that was ordered; null is all.</param>
/// <param name="MergeInto">The job whose captions took these in.</param>
/// <param name="Charge">How the last run's charge was computed; null until it is settled.</param>
/// <param name="Quality">What an audit of the captions found; null until they are stored.</param>
/// <param name="Error">Why it failed or is partial.</param>
internal sealed record JobResponse(
    Guid Id,
    Guid UploadId,
    string FileName,
    string Language,
    JobStage Stage,
    int Run,
    long EventNumber,
    ProgressResponse Progress,
    JobCreditsResponse Credits,
    QuoteResponse Quote,
    ChargeResponse? Charge,
    RangeResponse? Range,
    Guid? MergeInto,
    IReadOnlyList<JobTrack> Tracks,
    CaptionQuality? Quality,
    ErrorResponse? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<JobEvent> History)
{
    internal static JobResponse From(JobView job) => new(
        job.JobId, job.UploadId, job.FileName, job.Language, job.Stage, job.Run, job.EventNumber,
        ProgressResponse.From(job), new JobCreditsResponse(job.Quote.TotalCredits, job.HeldCredits, job.ChargedCredits),
        QuoteResponse.From(job.Quote), job.Charge is { } charge ? ChargeResponse.From(charge) : null,
        RangeResponse.From(job.Range), job.MergeInto, job.Tracks,
        job.Quality, ErrorResponse.From(job.Refusal), job.CreatedAt, job.StartedAt, job.FinishedAt, job.History);
}

/// <param name="Percent">0 to 100; 100 only when the captions are ready.</param>
/// <param name="OrderedMs">How much media the job is for: what <c>percent</c> is of.</param>
/// <param name="EstimatedRemainingMs">Null while there is nothing to compute it from.</param>
/// <param name="SpeedMsPerSecond">Audio that is recognised in a second; null while unknown.</param>
/// <param name="DraftUntilMs">Captions up to here can be read already; null when there are none, or all.</param>
/// <param name="Queue">While the job waits for a slot.</param>
/// <param name="WaitingForSpaceSince">
/// Set while the job waits because the service has no space left; it goes on by itself.
/// </param>
/// <param name="Chunks">The chunks that are recognised separately, as far as the audio is cut.</param>
internal sealed record ProgressResponse(
    int Percent,
    long ProcessedMs,
    long OrderedMs,
    long MediaDurationMs,
    long? EstimatedRemainingMs,
    double? SpeedMsPerSecond,
    long? DraftUntilMs,
    QueuePlace? Queue,
    DateTimeOffset? WaitingForSpaceSince,
    IEnumerable<ChunkResponse> Chunks)
{
    private const int MaxUnfinished = 99;

    internal static ProgressResponse From(JobView job)
    {
        var percent = job.Stage == JobStage.Done ? 100
            : job.OrderedMs == 0 ? 0
            : (int)Math.Min(MaxUnfinished, job.ProcessedMs * 100 / job.OrderedMs);
        return new ProgressResponse(
            percent, job.ProcessedMs, job.OrderedMs, job.MediaDurationMs, job.EstimatedRemainingMs,
            job.SpeedMsPerSecond, job.DraftUntilMs, job.Queue, job.WaitingForSpaceSince,
            job.Chunks.Select(ChunkResponse.From));
    }
}

/// <param name="Error">Why it failed.</param>
internal sealed record ChunkResponse(
    int Index, long StartMs, long EndMs, ChunkProgress State, long ProcessedMs, ErrorResponse? Error)
{
    internal static ChunkResponse From(JobChunkView chunk) => new(
        chunk.Index, chunk.StartMs, chunk.EndMs, chunk.State, chunk.ProcessedMs, ErrorResponse.From(chunk.Refusal));
}

internal sealed record JobCreditsResponse(long Quoted, long Held, long Charged);
