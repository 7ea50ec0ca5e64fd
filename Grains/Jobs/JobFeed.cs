using System.Collections.Immutable;

namespace Ax2.Jobs;

/// <summary>
/// Shows the job to others: the stored state only, and beside it the progress of what is at work. To be used on the
/// grain's scheduler only.
/// </summary>
internal sealed class JobFeed(Guid jobId, StoredState<CaptionJobState> state, IJobIndex index, TimeProvider time)
{
    /// <summary>Less than a client's limit for a call.</summary>
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(2);

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _progressNumber;
    private int _publishedRevision;
    private bool _isStoringEvent;

    private IDisposable? _progressTimer;

    /// <summary>What is at work; null outside of the two stages of recognition.</summary>
    private Recognition? _recognition;

    private CaptionJobState Job => state.Value;

    /// <summary>
    /// Number of the newest event, progress included. It follows the stored state, so that no reader sees a new stage
    /// under the number of the event before it.
    /// </summary>
    private long Number => Math.Max(_progressNumber, Job.EventNumber);

    /// <summary>Stores the changed state as a new event, then publishes it to the watchers.</summary>
    public async Task StoreEventAsync(Func<CaptionJobState, CaptionJobState> change)
    {
        _isStoringEvent = true;
        try
        {
            await state.UpdateAsync(job =>
            {
                var (number, next) = (NextNumber(), change(job));
                var history = next.History.Add(new JobEvent(number, next.Stage, time.GetUtcNow()));
                return next with { EventNumber = number, History = history };
            });
        }
        finally
        {
            _isStoringEvent = false;
        }

        WakeWatchers();
    }

    /// <summary>Shows the progress of what is at work from now on.</summary>
    public Recognition EnterRecognition(IJobHost host, JobOptions options)
    {
        _progressTimer ??= host.StartTimer(PublishProgress, options.ProgressInterval);
        return _recognition ??= host.NewRecognition();
    }

    public void LeaveRecognition()
    {
        _progressTimer?.Dispose();
        _recognition?.Abandon();
        (_progressTimer, _recognition) = (null, null);
    }

    /// <summary>
    /// Publishes progress under a number that is not stored. Not while an event is being stored: it has its number, and
    /// a watcher that knows a higher one would miss it.
    /// </summary>
    private void PublishProgress()
    {
        if (!_isStoringEvent && _recognition is { } recognition && recognition.Revision != _publishedRevision)
        {
            _publishedRevision = recognition.Revision;
            PublishChange();
        }
    }

    /// <summary>Publishes what is stored beside events. Not while an event is being stored.</summary>
    public void PublishChange()
    {
        _progressNumber = NextNumber();
        WakeWatchers();
    }

    /// <summary>The job after an event with a higher number, or as it is after 2 s without one.</summary>
    public async Task<JobView> WaitAsync(long afterNumber, CancellationToken cancellationToken)
    {
        if (Number <= afterNumber && !JobFlow.IsOver(Job.Stage))
        {
            try
            {
                await _changed.Task.WaitAsync(WatchTimeout, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Nothing happened: the unchanged view says that the job is still here.
            }
        }

        return View();
    }

    public JobView View()
    {
        var (job, command) = (Job, Job.Command!);
        var processedMs = _recognition?.ProcessedMs ?? job.DeliveredMs;
        var speed = _recognition?.SpeedMsPerSecond;
        return new JobView(
            jobId, command.WorkspaceId, command.UploadId, job.FileName, command.Language, job.Stage,
            Number, job.MediaDurationMs, processedMs, RemainingMs(job, processedMs, speed), job.Quote,
            job.HeldCredits, job.ChargedCredits, job.Tracks, job.Refusal, job.CreatedAt, job.StartedAt, job.FinishedAt,
            job.History, job.Run, job.OrderedMs, job.Range, command.MergeInto, _recognition?.Place, Chunks(job),
            job.IsCutComplete, speed, job.DraftUntilMs, job.Charge, job.Quality, job.WaitingForSpaceSince);
    }

    /// <summary>
    /// Writes the job's row of the list, under the stored number: each one stored is above those before it, while one
    /// of progress that a silo published by a fast clock may stay above them. A start that was refused for want of
    /// credits has no row: nobody wants to see it.
    /// </summary>
    public Task WriteRowAsync() => Job.WasReserved && Job.Stage != JobStage.Accepted
        ? index.UpsertAsync(
            View() with { EventNumber = Job.EventNumber }, Job.Command!.UserId,
            CancellationToken.None) // Nobody waits who could cancel.
        : Task.CompletedTask;

    public Task DeleteRowAsync() => index.RemoveAsync(jobId, CancellationToken.None); // The caller's call has no token.

    /// <summary>
    /// Numbers follow the clock, so that they also grow over a crash that loses the unstored ones of progress.
    /// </summary>
    private long NextNumber() => Math.Max(Number + 1, time.GetUtcNow().ToUnixTimeMilliseconds());

    private void WakeWatchers()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
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
        _recognition?.ProcessedMsOf(chunk) ?? (chunk.Outcome == ChunkOutcome.Done ? chunk.DurationMs : 0);

    private ChunkProgress StateOf(JobChunk chunk) => chunk.Outcome switch
    {
        ChunkOutcome.Done => ChunkProgress.Done,
        ChunkOutcome.Failed => ChunkProgress.Failed,
        _ => _recognition?.IsRunning(chunk.Index) == true ? ChunkProgress.Running : ChunkProgress.Waiting,
    };
}
