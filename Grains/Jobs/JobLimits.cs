using Ax2.Jobs.Steps;

namespace Ax2.Jobs;

/// <summary>When a stage is not tried any more, and what then becomes of the job. Pure.</summary>
internal static class JobLimits
{
    /// <summary>A job that its user cancelled does not try for long to keep what it has: some seconds.</summary>
    private const int MaxCancelledAttempts = 3;

    /// <summary>The end of the stage without another try; null when its step is to be run.</summary>
    public static StepResult? EndOf(CaptionJobState job, JobOptions options, DateTimeOffset now)
    {
        if (job.IsCancelRequested && (JobFlow.IsCancelledAtOnce(job.Stage) || IsCancelledAfterTries(job)))
        {
            return StepResult.Cancelled;
        }

        return RefusalOf(job, options, now) is { } refusal ? GivenUp(job, refusal) : null;
    }

    /// <summary>Why the stage is not tried any more; null while it may be.</summary>
    public static Refusal? RefusalOf(CaptionJobState job, JobOptions options, DateTimeOffset now) =>
        IsCountedOut(job, options)
            ? new Refusal(
                JobRefusals.StageFailed,
                $"The job could not get past its stage {job.Stage} in {job.StageAttempts} tries.")
        : options.MaxSpaceWait > TimeSpan.Zero && now - job.WaitingForSpaceSince >= options.MaxSpaceWait
            ? new Refusal(
                NoSpace.Code, $"The service had no space left for {options.MaxSpaceWait.TotalHours:0.#} h.")
        : null;

    /// <summary>As long as was waited already, within the limits of retries: it doubles.</summary>
    private static TimeSpan PauseForSpace(CaptionJobState job, JobOptions options, DateTimeOffset now)
    {
        var waited = now - (job.WaitingForSpaceSince ?? now);
        var pause = waited > options.RetryDelay ? waited : options.RetryDelay;
        return pause < options.MaxRetryDelay ? pause : options.MaxRetryDelay;
    }

    /// <summary>The pause after a try that failed.</summary>
    public static TimeSpan PauseOf(CaptionJobState job, JobOptions options, DateTimeOffset now) =>
        job.WaitingForSpaceSince is null
            ? options.BackOff(Math.Max(1, job.StageAttempts), options.MaxRetryDelay)
            : PauseForSpace(job, options, now);

    public static CaptionJobState AwaitSpace(CaptionJobState job, DateTimeOffset now) =>
        job.WaitingForSpaceSince is null ? job with { WaitingForSpaceSince = now } : job;

    /// <summary>
    /// A try without space is none that failed: it does not count, also where it was counted as the last one when it
    /// began. One that fails otherwise in between does not show that there is space.
    /// </summary>
    public static CaptionJobState CountFailure(
        CaptionJobState job, Exception fault, JobOptions options, DateTimeOffset now)
    {
        if (!NoSpace.IsIn(fault))
        {
            return CountAttempt(job, options);
        }

        var waiting = AwaitSpace(job, now);
        return IsCountedOut(waiting, options)
            ? waiting with { StageAttempts = options.MaxStageAttempts - 1 }
            : waiting;
    }

    public static bool IsLastAttempt(CaptionJobState job, JobOptions options) =>
        options.MaxStageAttempts > 0 && job.StageAttempts + 1 >= options.MaxStageAttempts;

    /// <summary>
    /// Whether a try that ends with its silo has failed: the stage's work is the job's own. Chunks and cutters count
    /// the deaths of their own workers.
    /// </summary>
    public static bool CountsDeaths(JobStage stage) =>
        stage is JobStage.Storing or JobStage.Settling or JobStage.Releasing;

    /// <summary>Not beyond the limit: the last one may be counted already, as it began.</summary>
    public static CaptionJobState CountAttempt(CaptionJobState job, JobOptions options) =>
        IsCountedOut(job, options)
            ? job
            : job with { StageAttempts = job.StageAttempts + 1 };

    private static bool IsCancelledAfterTries(CaptionJobState job) =>
        job.Stage == JobStage.Storing
        && (job.StageAttempts >= MaxCancelledAttempts || job.WaitingForSpaceSince is not null);

    private static bool IsCountedOut(CaptionJobState job, JobOptions options) =>
        options.MaxStageAttempts > 0 && job.StageAttempts >= options.MaxStageAttempts;

    private static StepResult GivenUp(CaptionJobState job, Refusal refusal) => new(
        JobFlow.GivenUp(job.Stage, hasDelivered: job.PaidMs > 0),
        // A job that fails already keeps the reason for that.
        state => state with { Refusal = state.Stage == JobStage.Releasing ? state.Refusal ?? refusal : refusal });
}
