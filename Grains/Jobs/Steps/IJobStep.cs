namespace Ax2.Jobs.Steps;

/// <summary>
/// The work of one stage, in one file. A step may be run again at any time after a crash, so its effects are idempotent
/// under ids made from the job, its run and the stage, never from the attempt.
/// </summary>
public interface IJobStep
{
    /// <summary>The stage whose work this is.</summary>
    JobStage Stage { get; }

    /// <summary>
    /// Does the work. A refusal is an outcome; an exception is a fault, and the step is tried again.
    /// </summary>
    /// <param name="job">The state as it was when the step began.</param>
    Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken);
}

public sealed record JobContext(Guid JobId, CaptionJobState State)
{
    /// <summary>The job's id for the first run, and made from it and the run's number for the others.</summary>
    public Guid HoldId => State.Run == 1 ? JobId : NamedId.Of($"{JobId:N}/{State.Run}/hold");

    /// <summary>Names an effect of this run on the account.</summary>
    public string OperationId(string step) => State.Run == 1 ? $"{JobId}/{step}" : $"{JobId}/{State.Run}/{step}";
}

/// <param name="Change">What the step adds to the state as it is when the step ends.</param>
public sealed record StepResult(StepOutcome Outcome, Func<CaptionJobState, CaptionJobState> Change)
{
    public static StepResult Succeeded(Func<CaptionJobState, CaptionJobState>? change = null) =>
        new(StepOutcome.Succeeded, change ?? (state => state));

    public static StepResult Failed(Refusal refusal) =>
        new(StepOutcome.Failed, state => state with { Refusal = refusal });

    public static readonly StepResult Cancelled = new(StepOutcome.Cancelled, state => state);
}
