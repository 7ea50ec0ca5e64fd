namespace Ax2.Jobs;

/// <summary>How the work of one stage ended.</summary>
public enum StepOutcome
{
    Succeeded,
    Failed,
    Cancelled,
    /// <summary>Some of what was ordered is delivered, and some could not be done.</summary>
    Partial,
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
        // Something was finished, be it all, a part, or what there was when it was cancelled: it is delivered.
        (JobStage.Transcribing, StepOutcome.Succeeded) => JobStage.Storing,
        (JobStage.Storing, StepOutcome.Succeeded) => JobStage.Settling,

        // A refused reservation holds nothing, so there is nothing to release. A retry has what earlier runs delivered.
        (JobStage.Accepted, StepOutcome.Failed) => JobStage.Failed,
        (JobStage.Accepted, StepOutcome.Partial) => JobStage.Partial,
        (JobStage.Accepted, StepOutcome.Cancelled) => JobStage.Releasing,
        (JobStage.Reserved or JobStage.Transcribing or JobStage.Storing, StepOutcome.Failed or StepOutcome.Cancelled)
            => JobStage.Releasing,

        // The captions are stored: a cancel comes too late, and what was delivered is charged.
        (JobStage.Settling, StepOutcome.Succeeded) => JobStage.Done,
        (JobStage.Settling, StepOutcome.Partial) => JobStage.Partial,
        (JobStage.Settling, StepOutcome.Cancelled) => JobStage.Cancelled,
        (JobStage.Settling, StepOutcome.Failed) => JobStage.Failed,

        (JobStage.Releasing, StepOutcome.Failed) => JobStage.Failed,
        (JobStage.Releasing, StepOutcome.Partial) => JobStage.Partial,
        (JobStage.Releasing, StepOutcome.Cancelled) => JobStage.Cancelled,

        _ => throw new InvalidOperationException($"A job that is {stage} cannot go on as {outcome}."),
    };

    /// <summary>
    /// The outcome of a stage that was tried as often as is allowed. Before settlement the hold is released. When the
    /// hold itself cannot be resolved the job is over: nobody extends the hold any more, and it expires by itself.
    /// </summary>
    /// <param name="hasDelivered">Earlier runs delivered captions that were charged.</param>
    public static StepOutcome GivenUp(JobStage stage, bool hasDelivered) => stage switch
    {
        // Whether there is a hold is unknown: it is released.
        JobStage.Accepted => StepOutcome.Cancelled,
        JobStage.Settling or JobStage.Releasing when hasDelivered => StepOutcome.Partial,
        _ => StepOutcome.Failed,
    };

    public static bool IsOver(JobStage stage) =>
        stage is JobStage.Done or JobStage.Failed or JobStage.Cancelled or JobStage.Partial;

    /// <summary>The stages that wait for slots and work in them.</summary>
    public static bool IsRecognition(JobStage stage) => stage is JobStage.Reserved or JobStage.Transcribing;

    /// <summary>Whether a request to cancel still changes the job's way: in every stage before settlement.</summary>
    public static bool CanCancel(JobStage stage) =>
        stage is JobStage.Accepted or JobStage.Reserved or JobStage.Transcribing or JobStage.Storing;

    /// <summary>Whether a cancelled job leaves the stage without its work: nothing was finished yet.</summary>
    public static bool IsCancelledAtOnce(JobStage stage) => stage is JobStage.Accepted or JobStage.Reserved;

    /// <summary>Whether another run could bring what is missing.</summary>
    public static bool CanRetry(JobStage stage) =>
        stage is JobStage.Failed or JobStage.Cancelled or JobStage.Partial;
}
