using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Media;
using Ax2.Users;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

/// <summary>Checks what is ordered and quotes it. It changes nothing.</summary>
public sealed class JobOrder(
    IGrainFactory grains, SpeechEngines engines, IOptions<PriceListOptions> prices, TimeProvider time)
{
    /// <summary>The order of a first run, with extras that can be delivered.</summary>
    internal async Task<CheckedOrder> CheckStartAsync(StartJob command)
    {
        var order = await CheckAsync(command);
        return order.Job is { } job && JobExtrasRules.RefuseUnavailable(job.Quote) is { } refusal
            ? new CheckedOrder(refusal)
            : order;
    }

    /// <summary>As <see cref="CheckStartAsync"/>, with extras that only have a price yet.</summary>
    internal async Task<CheckedOrder> CheckAsync(StartJob command)
    {
        if (RefuseSpeech(command) is { } unknown)
        {
            return new CheckedOrder(unknown);
        }

        var upload = await grains.GetGrain<IUploadGrain>(command.UploadId).Get(command.WorkspaceId);
        if (upload is null)
        {
            return CheckedOrder.Refuse(MediaRefusals.UploadUnknown, "There is no such upload.");
        }

        if (upload.State != UploadState.Ready || upload.Media is null)
        {
            return new CheckedOrder(
                upload.Refusal ?? new Refusal(JobRefusals.UploadNotReady, "The upload is not complete."));
        }

        if (ChooseStream(upload.Media, command.AudioStreamIndex) is not { } stream)
        {
            return CheckedOrder.Refuse(
                JobRefusals.AudioStreamUnknown, "The file has no audio stream with this index.");
        }

        var job = Accept(command, upload, upload.Media, stream) with { Plan = await PlanOf(command.UserId) };
        return RefuseRange(job) is { } refusal ? new CheckedOrder(refusal) : await QuoteAsync(job);
    }

    /// <summary>A further run of a job that is over: what is missing is a new order at the present price.</summary>
    internal async Task<CheckedOrder> CheckRetryAsync(CaptionJobState job)
    {
        if (!JobFlow.CanRetry(job.Stage))
        {
            return CheckedOrder.Refuse(JobRefusals.NothingToRetry, "Everything that was ordered is there.");
        }

        var command = job.Command!;
        var upload = await grains.GetGrain<IUploadGrain>(command.UploadId).Get(command.WorkspaceId);
        if (upload?.State != UploadState.Ready)
        {
            return CheckedOrder.Refuse(MediaRefusals.UploadDeleted, "The file was deleted.");
        }

        var (quote, refusal) = Quote(command, Math.Max(1, job.OrderedMs - job.PaidMs), null);
        return new CheckedOrder(quote is null ? null : job.NextRun(quote, time.GetUtcNow()), refusal);
    }

    private async Task<string> PlanOf(Guid userId) =>
        (await grains.GetGrain<IUserGrain>(userId).GetProfile())?.Plan ?? PlanName.Standard;

    private Refusal? RefuseSpeech(StartJob command)
    {
        if (!engines.Languages.Contains(command.Language, StringComparer.Ordinal))
        {
            var known = string.Join(", ", engines.Languages.Order(StringComparer.Ordinal));
            return new Refusal(
                CaptionRefusals.LanguageUnsupported, $"Speech in this language cannot be recognised. Known: {known}.");
        }

        return engines.Find(command.Language, command.Engine) is null
            ? new Refusal(JobRefusals.EngineUnavailable, "There is no such engine for this language.")
            : null;
    }

    private static Refusal? RefuseRange(CaptionJobState job)
    {
        var isValid = job.Range is not { } range
            || (range.StartMs >= 0 && range.StartMs < range.EndMs && range.EndMs <= job.MediaDurationMs);
        return isValid
            ? null
            : new Refusal(JobRefusals.RangeInvalid, "A range begins before it ends, within the media.");
    }

    private async Task<CheckedOrder> QuoteAsync(CaptionJobState job)
    {
        var command = job.Command!;
        if (command.MergeInto is { } targetId)
        {
            var order = await MergeAsync(job, targetId);
            if (order.Job is not { } merging)
            {
                return order;
            }

            job = merging;
        }

        var (quote, refusal) = Quote(command, job.OrderedMs, command.PriceListVersion);
        return new CheckedOrder(quote is null ? null : job with { Quote = quote }, refusal);
    }

    /// <summary>The range grows to whole cues of the track, so that it can take their place.</summary>
    private async Task<CheckedOrder> MergeAsync(CaptionJobState job, Guid targetId)
    {
        var command = job.Command!;
        var target = await grains.GetGrain<ICaptionJobGrain>(targetId).Get(command.WorkspaceId);
        if (target is null)
        {
            return CheckedOrder.Refuse(JobRefusals.JobUnknown, "There is no job to merge into.");
        }

        if (!target.IsOver || target.UploadId != command.UploadId || target.Tracks.IsEmpty)
        {
            return CheckedOrder.Refuse(
                JobRefusals.MergeImpossible,
                "The job to merge into is not over, has no captions or is of another file.");
        }

        var language = target.Tracks[0].Language;
        var track = await grains.GetGrain<ICaptionTrackGrain>(target.JobId, language, null).Get(command.WorkspaceId);
        var range = job.Range ?? new TimeSpanMs(0, job.MediaDurationMs);
        var (fromMs, untilMs) = TrackMerge.Snap(track?.Cues ?? [], range.StartMs, range.EndMs);
        return new CheckedOrder(job with { MergeLanguage = language, Range = new TimeSpanMs(fromMs, untilMs) });
    }

    private static AudioStream? ChooseStream(MediaInfo media, int? index) => index is null
        ? media.AudioStreams.FirstOrDefault(s => s.IsDefault) ?? media.AudioStreams[0]
        : media.AudioStreams.FirstOrDefault(s => s.Index == index);

    private (Quote? Quote, Refusal? Refusal) Quote(StartJob command, long durationMs, int? version)
    {
        if (JobExtrasRules.Refuse(command.Extras) is { } refusal)
        {
            return (null, refusal);
        }

        var work = new PricedWork(
            durationMs, command.Extras?.TranslationLanguages ?? [], command.Extras?.HasBurnIn ?? false);
        return PriceList.Quote(prices.Value, work, version, time.GetUtcNow());
    }

    private CaptionJobState Accept(StartJob command, UploadView upload, MediaInfo media, AudioStream stream) => new()
    {
        Command = command,
        FileName = upload.FileName,
        ObjectKey = upload.ObjectKey,
        MediaDurationMs = media.DurationMs,
        AudioStreamIndex = stream.Index,
        AudioDurationMs = stream.DurationMs,
        Range = command.Range,
        Stage = JobStage.Accepted,
        QueuedSince = time.GetUtcNow(),
        CreatedAt = time.GetUtcNow(),
    };
}

/// <summary>Exactly one of the two is set.</summary>
/// <param name="Job">As it will be accepted: at the beginning of a run, with its quote.</param>
internal readonly record struct CheckedOrder(CaptionJobState? Job, Refusal? Refusal)
{
    internal CheckedOrder(CaptionJobState job) : this(job, null)
    {
    }

    internal CheckedOrder(Refusal refusal) : this(null, refusal)
    {
    }

    internal static CheckedOrder Refuse(string code, string message) => new(new Refusal(code, message));
}
