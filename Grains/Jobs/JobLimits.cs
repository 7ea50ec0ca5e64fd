using Ax2.Jobs.Steps;

namespace Ax2.Jobs;

/// <summary>When a stage is not tried any more, and what then becomes of the job. Pure.</summary>
internal static class JobLimits
{
    /// <summary>A job that its user cancelled does not try for long to keep what it has: some seconds.</summary>
    private const int MaxCancelledAttempts = 3;

    /// <summary>The end of the stage without another try; null when its step is to be run.</summary>
    public static StepResult? EndOf(CaptionJobState job, JobOptions options)
    {
        if (job.IsCancelRequested && (JobFlow.IsCancelledAtOnce(job.Stage) || IsCancelledAfterTries(job)))
        {
            return StepResult.Cancelled;
        }

        return options.MaxStageAttempts > 0 && job.StageAttempts >= options.MaxStageAttempts ? GivenUp(job) : null;
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
        options.MaxStageAttempts > 0 && job.StageAttempts >= options.MaxStageAttempts
            ? job
            : job with { StageAttempts = job.StageAttempts + 1 };

    private static bool IsCancelledAfterTries(CaptionJobState job) =>
        job.Stage == JobStage.Storing && job.StageAttempts >= MaxCancelledAttempts;

    private static StepResult GivenUp(CaptionJobState job)
    {
        var refusal = new Refusal(
            JobRefusals.StageFailed, $"The job could not get past its stage {job.Stage} in {job.StageAttempts} tries.");
        return new StepResult(
            JobFlow.GivenUp(job.Stage, hasDelivered: job.PaidMs > 0),
            // A job that fails already keeps the reason for that.
            state => state with { Refusal = state.Stage == JobStage.Releasing ? state.Refusal ?? refusal : refusal });
    }
}
