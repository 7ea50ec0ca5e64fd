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
    /// Does the work. A refusal is an outcome; an exception is a fault, and the step is tried again, up to
    /// <see cref="JobOptions.MaxStageAttempts"/>.
    /// </summary>
    /// <param name="cancellationToken">
    /// Ends the work early: the job is to be cancelled, or its activation goes. A step that has nothing to gain by it
    /// comes to its end.
    /// </param>
    Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken);
}

/// <summary>The job as a step sees it.</summary>
public sealed class JobContext(Guid jobId, StoredState<CaptionJobState> state)
{
    public Guid JobId { get; } = jobId;

    /// <summary>What is stored now: other writers are the request to cancel, the hold and the recognition.</summary>
    public CaptionJobState State => state.Value;

    /// <summary>No further try follows: what can be left undone is left, and the rest comes to an end.</summary>
    public bool IsLastAttempt { get; init; }

    /// <summary>Set in the stages that <see cref="JobFlow.IsRecognition"/> names.</summary>
    internal Recognition? Recognition { get; init; }

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
