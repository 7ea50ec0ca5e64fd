using System.Collections.Immutable;
using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs.Steps;
using Ax2.Media;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

/// <summary>
/// Accepts a job and answers for it. The work is in the other half, <c>CaptionJobGrain.Drive.cs</c>: one loop that asks
/// <see cref="JobFlow"/> for the next stage, runs its step and stores the outcome.
/// </summary>
public sealed partial class CaptionJobGrain(
    [PersistentState("caption-job")] IPersistentState<CaptionJobState> state,
    IEnumerable<IJobStep> steps,
    TranscriptionSlots slots,
    IJobIndex index,
    SpeechEngines engines,
    IOptions<JobOptions> options,
    IOptions<PriceListOptions> prices,
    IOptions<CreditsOptions> credits,
    TimeProvider time,
    ILogger<CaptionJobGrain> logger) : Grain, ICaptionJobGrain, IRemindable, IDisposable
{
    private static readonly TimeSpan WatchPatience = TimeSpan.FromSeconds(10);

    private CaptionJobState Job => state.State;

    public async Task<JobAnswer> Start(StartJob command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Job.Exists)
        {
            return Job.Command == command ? new JobAnswer(View(), Job.Refusal) : new JobAnswer(null, Conflict);
        }

        var (draft, refusal) = await Draft(command);
        if (draft is null)
        {
            return new JobAnswer(null, refusal);
        }

        if (JobExtrasRules.RefuseUnavailable(draft.Quote) is { } unavailable)
        {
            return new JobAnswer(null, unavailable);
        }

        // The reminder comes first: from the moment the job is stored, something will drive it whatever happens.
        await RegisterDriver();
        await Store(draft);
        await TryReserve();
        EnsureDriving();
        return new JobAnswer(View(), Job.Refusal);
    }

    public async Task<QuoteAnswer> GetQuote(StartJob command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var (draft, refusal) = await Draft(command);
        return new QuoteAnswer(draft?.Quote, refusal);
    }

    public Task<JobView?> Get(Guid workspaceId) => Task.FromResult(IsOwnedBy(workspaceId) ? View() : null);

    public async Task<JobView?> Cancel(Guid workspaceId)
    {
        if (!IsOwnedBy(workspaceId))
        {
            return null;
        }

        if (JobFlow.CanCancel(Job.Stage) && !Job.IsCancelRequested)
        {
            await this.Save(state, Job with { IsCancelRequested = true });
            await _work.CancelAsync();
            EnsureDriving();
        }

        return View();
    }

    public async Task<JobView?> WaitForEvent(
        Guid workspaceId, long afterNumber, CancellationToken cancellationToken)
    {
        if (!IsOwnedBy(workspaceId))
        {
            return null;
        }

        if (_eventNumber <= afterNumber && !JobFlow.IsOver(Job.Stage))
        {
            try
            {
                await _changed.Task.WaitAsync(WatchPatience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Nothing happened: the unchanged view tells the watcher that the job is still here.
            }
        }

        return View();
    }

    private static Refusal Conflict { get; } =
        new(JobRefusals.IdempotencyConflict, "This idempotency key was used for another job.");

    private bool IsOwnedBy(Guid workspaceId) => Job.Command?.WorkspaceId == workspaceId;

    /// <summary>The job as it would be accepted, or why it cannot be.</summary>
    private async Task<(CaptionJobState? Draft, Refusal? Refusal)> Draft(StartJob command)
    {
        if (!engines.Languages.Contains(command.Language, StringComparer.Ordinal))
        {
            var known = string.Join(", ", engines.Languages.Order(StringComparer.Ordinal));
            return (null, new Refusal(
                CaptionRefusals.LanguageUnsupported, $"Speech in this language cannot be recognised. Known: {known}."));
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

        var (quote, expired) = Price(command, upload.Media.DurationMs);
        return quote is null ? (null, expired) : (Accept(command, upload, upload.Media, stream, quote), null);
    }

    private static AudioStream? ChooseStream(MediaInfo media, int? index) => index is null
        ? media.AudioStreams.FirstOrDefault(s => s.IsDefault) ?? media.AudioStreams[0]
        : media.AudioStreams.FirstOrDefault(s => s.Index == index);

    private (Quote? Quote, Refusal? Refusal) Price(StartJob command, long mediaDurationMs)
    {
        if (JobExtrasRules.Refuse(command.Extras) is { } refusal)
        {
            return (null, refusal);
        }

        var work = new PricedWork(
            mediaDurationMs, command.Extras?.TranslationLanguages ?? [], command.Extras?.HasBurnIn ?? false);
        return PriceList.Quote(prices.Value, work, command.PriceListVersion, time.GetUtcNow());
    }

    private CaptionJobState Accept(
        StartJob command, UploadView upload, MediaInfo media, AudioStream stream, Quote quote) => new()
    {
        Command = command,
        FileName = upload.FileName,
        ObjectKey = upload.ObjectKey,
        MediaDurationMs = media.DurationMs,
        AudioStreamIndex = stream.Index,
        AudioDurationMs = stream.DurationMs,
        Quote = quote,
        Stage = JobStage.Accepted,
        CreatedAt = time.GetUtcNow(),
    };

    private JobView View()
    {
        var (processed, remaining) = Job.Stage switch
        {
            JobStage.Transcribing when _progress is { } p =>
                (Math.Min(p.ProcessedMs, Job.MediaDurationMs), p.EstimateRemainingMs(Job.AudioDurationMs)),
            JobStage.Storing or JobStage.Settling or JobStage.Done => (Job.MediaDurationMs, 0L),
            _ => (0L, (long?)null),
        };
        var command = Job.Command!;
        return new JobView(
            this.GetPrimaryKey(), command.WorkspaceId, command.UploadId, Job.FileName, command.Language, Job.Stage,
            _eventNumber, Job.MediaDurationMs, processed, remaining, Job.Quote, Job.HeldCredits, Job.ChargedCredits,
            Job.Tracks, Job.Refusal, Job.CreatedAt, Job.StartedAt, Job.FinishedAt, Job.History);
    }
}
