using Ax2.Captions;
using Ax2.Credits;
using Ax2.Media;
using Ax2.Users;

namespace Ax2.Jobs;

/// <summary>What can be ordered, and what it would cost.</summary>
public sealed partial class CaptionJobGrain
{
    /// <summary>The job as it would be accepted, or why it cannot be.</summary>
    private async Task<(CaptionJobState? Draft, Refusal? Refusal)> Draft(StartJob command)
    {
        if (RefuseSpeech(command) is { } unknown)
        {
            return (null, unknown);
        }

        var upload = await GrainFactory.GetGrain<IUploadGrain>(command.UploadId).Get(command.WorkspaceId);
        if (upload is null)
        {
            return (null, new Refusal(MediaRefusals.UploadUnknown, "There is no such upload."));
        }

        if (upload.State != UploadState.Ready || upload.Media is null)
        {
            return (null, upload.Refusal ?? new Refusal(JobRefusals.UploadNotReady, "The upload is not complete."));
        }

        if (ChooseStream(upload.Media, command.AudioStreamIndex) is not { } stream)
        {
            return (null, new Refusal(
                JobRefusals.AudioStreamUnknown, "The file has no audio stream with this index."));
        }

        var draft = Accept(command, upload, upload.Media, stream) with { Plan = await PlanOf(command.UserId) };
        return RefuseRange(draft) is { } refusal ? (null, refusal) : await Priced(command, draft);
    }

    private async Task<string> PlanOf(Guid userId) =>
        (await GrainFactory.GetGrain<IUserGrain>(userId).GetProfile())?.Plan ?? PlanName.Standard;

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

    private static Refusal? RefuseRange(CaptionJobState draft)
    {
        var isSound = draft.Range is not { } range
            || (range.StartMs >= 0 && range.StartMs < range.EndMs && range.EndMs <= draft.MediaDurationMs);
        return isSound
            ? null
            : new Refusal(JobRefusals.RangeInvalid, "A range begins before it ends, within the media.");
    }

    private async Task<(CaptionJobState? Draft, Refusal? Refusal)> Priced(StartJob command, CaptionJobState draft)
    {
        if (command.MergeInto is { } targetId)
        {
            var target = await GrainFactory.GetGrain<ICaptionJobGrain>(targetId).Get(command.WorkspaceId);
            var (merging, refusal) = await Merging(draft, target);
            if (merging is null)
            {
                return (null, refusal);
            }

            draft = merging;
        }

        var (quote, unpriced) = Price(command, draft.OrderedMs, command.PriceListVersion);
        return quote is null ? (null, unpriced) : (draft with { Quote = quote }, null);
    }

    /// <summary>The range grows to whole cues of the track, so that it can take their place.</summary>
    private async Task<(CaptionJobState? Draft, Refusal? Refusal)> Merging(CaptionJobState draft, JobView? target)
    {
        var command = draft.Command!;
        if (target is null)
        {
            return (null, new Refusal(JobRefusals.JobUnknown, "There is no job to merge into."));
        }

        if (!target.IsOver || target.UploadId != command.UploadId || target.Tracks.IsEmpty)
        {
            return (null, new Refusal(
                JobRefusals.MergeImpossible,
                "The job to merge into is not over, has no captions or is of another file."));
        }

        var language = target.Tracks[0].Language;
        var track = await GrainFactory.GetGrain<ICaptionTrackGrain>(target.JobId, language, null)
            .Get(command.WorkspaceId);
        var range = draft.Range ?? new TimeSpanMs(0, draft.MediaDurationMs);
        var (fromMs, untilMs) = TrackMerge.Snap(track?.Cues ?? [], range.StartMs, range.EndMs);
        return (draft with { MergeLanguage = language, Range = new TimeSpanMs(fromMs, untilMs) }, null);
    }

    private static AudioStream? ChooseStream(MediaInfo media, int? index) => index is null
        ? media.AudioStreams.FirstOrDefault(s => s.IsDefault) ?? media.AudioStreams[0]
        : media.AudioStreams.FirstOrDefault(s => s.Index == index);

    private (Quote? Quote, Refusal? Refusal) Price(StartJob command, long durationMs, int? version)
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
