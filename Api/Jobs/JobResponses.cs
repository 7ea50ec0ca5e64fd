using Ax2.Credits;
using Ax2.Http;

namespace Ax2.Jobs;

/// <param name="Language">Spoken language, BCP 47; see <c>GET /languages</c>.</param>
/// <param name="AudioStreamIndex">One of the upload's audio streams; left out, the file's default one.</param>
/// <param name="PriceListVersion">The one of the quote; left out, the present one.</param>
/// <param name="TranslationLanguages">BCP 47. It can be quoted and not yet be ordered.</param>
/// <param name="BurnIn">Captions in the picture. It can be quoted and not yet be ordered.</param>
internal sealed record StartJobRequest(
    Guid UploadId,
    string Language,
    int? AudioStreamIndex = null,
    int? PriceListVersion = null,
    IReadOnlyList<string>? TranslationLanguages = null,
    bool BurnIn = false)
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

/// <param name="EventNumber">The number of its last event; grows with every change.</param>
internal sealed record JobResponse(
    Guid Id,
    Guid UploadId,
    string FileName,
    string Language,
    JobStage Stage,
    long EventNumber,
    ProgressResponse Progress,
    JobCreditsResponse Credits,
    QuoteResponse Quote,
    IReadOnlyList<JobTrack> Tracks,
    ErrorResponse? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<JobEvent> History)
{
    internal static JobResponse From(JobView job) => new(
        job.JobId, job.UploadId, job.FileName, job.Language, job.Stage, job.EventNumber,
        ProgressResponse.From(job), new JobCreditsResponse(job.Quote.TotalCredits, job.HeldCredits, job.ChargedCredits),
        QuoteResponse.From(job.Quote), job.Tracks, ErrorResponse.From(job.Refusal),
        job.CreatedAt, job.StartedAt, job.FinishedAt, job.History);
}

/// <param name="Percent">0 to 100; 100 only when the captions are ready.</param>
/// <param name="EstimatedRemainingMs">Null while there is nothing to reckon from.</param>
internal sealed record ProgressResponse(int Percent, long ProcessedMs, long MediaDurationMs, long? EstimatedRemainingMs)
{
    private const int MaxUnfinished = 99;

    internal static ProgressResponse From(JobView job)
    {
        var percent = job.Stage == JobStage.Done ? 100
            : job.MediaDurationMs == 0 ? 0
            : (int)Math.Min(MaxUnfinished, job.ProcessedMs * 100 / job.MediaDurationMs);
        return new ProgressResponse(percent, job.ProcessedMs, job.MediaDurationMs, job.EstimatedRemainingMs);
    }
}

internal sealed record JobCreditsResponse(long Quoted, long Held, long Charged);
