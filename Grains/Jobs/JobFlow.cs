namespace Ax2.Jobs;

/// <summary>How the work of one stage ended.</summary>
public enum StepOutcome
{
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>
/// The one place that decides what comes next. Pure. Every pair of stage and outcome either has its next stage or is
/// a programming error and throws.
/// </summary>
public static class JobFlow
{
    public static JobStage Next(JobStage stage, StepOutcome outcome) => (stage, outcome) switch
    {
        (JobStage.Accepted, StepOutcome.Succeeded) => JobStage.Reserved,
        (JobStage.Reserved, StepOutcome.Succeeded) => JobStage.Transcribing,
        (JobStage.Transcribing, StepOutcome.Succeeded) => JobStage.Storing,
        (JobStage.Storing, StepOutcome.Succeeded) => JobStage.Settling,
        (JobStage.Settling, StepOutcome.Succeeded) => JobStage.Done,

        // A refused reservation holds nothing, so there is nothing to release.
        (JobStage.Accepted, StepOutcome.Failed) => JobStage.Failed,
        (JobStage.Accepted, StepOutcome.Cancelled) => JobStage.Releasing,
        (JobStage.Reserved or JobStage.Transcribing or JobStage.Storing, StepOutcome.Failed or StepOutcome.Cancelled)
            => JobStage.Releasing,

        // The captions are stored: whoever asks now is too late, and what was delivered is charged.
        (JobStage.Settling, StepOutcome.Failed) => JobStage.Failed,

        (JobStage.Releasing, StepOutcome.Failed) => JobStage.Failed,
        (JobStage.Releasing, StepOutcome.Cancelled) => JobStage.Cancelled,

        _ => throw new InvalidOperationException($"A job that is {stage} cannot go on as {outcome}."),
    };

    public static bool IsOver(JobStage stage) => stage is JobStage.Done or JobStage.Failed or JobStage.Cancelled;

    /// <summary>Whether a request to cancel still changes the job's way.</summary>
    public static bool CanCancel(JobStage stage) =>
        stage is JobStage.Accepted or JobStage.Reserved or JobStage.Transcribing or JobStage.Storing;
}
