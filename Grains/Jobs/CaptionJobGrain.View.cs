using System.Collections.Immutable;
using Ax2.Captions;
using Ax2.Captions.Formats;
using Ax2.Jobs.Steps;

namespace Ax2.Jobs;

/// <summary>The job as others see it.</summary>
public sealed partial class CaptionJobGrain
{
    private CaptionTrack? _draft;

    public async Task<CaptionDraft?> RenderDraft(Guid workspaceId, string language, string formatId)
    {
        if (!CaptionFormats.ById.TryGetValue(formatId, out var format))
            throw new ArgumentException("Not one of CaptionFormatIds.", nameof(formatId));
        if (!IsOwnedBy(workspaceId) || Job.Command!.Language != language || DraftUntilMs() is not { } untilMs)
        {
            return null;
        }

        // Built once for each chunk that comes to its end, and only when somebody reads.
        if (_draft?.DraftUntilMs != untilMs)
        {
            _draft = await assembly.DraftAsync(new JobContext(this.GetPrimaryKey(), Job), Job.DonePrefix);
        }

        return new CaptionDraft(
            new CaptionFile(format.Write(_draft), format.MediaType, format.Id, _draft.Title), untilMs);
    }

    private long? DraftUntilMs() => Job is { Stage: JobStage.Transcribing, MergeLanguage: null, DonePrefix: > 0 }
        ? Job.Chunks[Job.DonePrefix - 1].Span.EndMs
        : null;

    private JobView View()
    {
        var job = Told;
        var command = job.Command!;
        var processedMs = _run?.ProcessedMs ?? job.DeliveredMs;
        var speed = _run?.SpeedMsPerSecond;
        return new JobView(
            this.GetPrimaryKey(), command.WorkspaceId, command.UploadId, job.FileName, command.Language, job.Stage,
            _eventNumber, job.MediaDurationMs, processedMs, RemainingMs(job, processedMs, speed), job.Quote,
            job.HeldCredits, job.ChargedCredits, job.Tracks, job.Refusal, job.CreatedAt, job.StartedAt, job.FinishedAt,
            job.History, job.Run, job.OrderedMs, job.Range, command.MergeInto, _run?.Place, Chunks(job),
            job.IsCutComplete, speed, DraftUntilMs(), job.Charge, job.Quality);
    }

    private static long? RemainingMs(CaptionJobState job, long processedMs, double? speedMsPerSecond) =>
        job.Stage switch
        {
            JobStage.Transcribing when speedMsPerSecond is { } speed =>
                (long)((job.OrderedMs - processedMs) * 1000 / speed),
            JobStage.Storing or JobStage.Settling or JobStage.Done => 0,
            _ => null,
        };

    private ImmutableArray<JobChunkView> Chunks(CaptionJobState job) => [.. job.Chunks.Select(chunk => new JobChunkView(
        chunk.Index, chunk.Span.StartMs, chunk.Span.EndMs, StateOf(chunk), ProcessedMsOf(chunk), chunk.Refusal))];

    private long ProcessedMsOf(JobChunk chunk) =>
        _run?.ProcessedMsOf(chunk) ?? (chunk.Outcome == ChunkOutcome.Done ? chunk.DurationMs : 0);

    private ChunkProgress StateOf(JobChunk chunk) => chunk.Outcome switch
    {
        ChunkOutcome.Done => ChunkProgress.Done,
        ChunkOutcome.Failed => ChunkProgress.Failed,
        _ => _run?.IsRunning(chunk.Index) == true ? ChunkProgress.Running : ChunkProgress.Waiting,
    };
}
