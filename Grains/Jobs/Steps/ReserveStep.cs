using Ax2.Credits;

namespace Ax2.Jobs.Steps;

/// <summary>Holds the quoted credits.</summary>
public sealed class ReserveStep(IGrainFactory grains) : IJobStep
{
    public JobStage Stage => JobStage.Accepted;

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        var account = grains.GetGrain<ICreditAccountGrain>(job.State.Command!.WorkspaceId);
        var command = Command(job);
        var answer = await account.Reserve(command).ThrowIfBusy();
        if (answer.Refusal is { } refusal)
        {
            // A retry that cannot be paid leaves what earlier runs delivered.
            var outcome = job.State.PaidMs > 0 ? StepOutcome.Partial : StepOutcome.Failed;
            return new StepResult(outcome, state => state with { Refusal = refusal });
        }

        return StepResult.Succeeded(state => state with { HeldCredits = command.Credits });
    }

    internal static ReserveCredits Command(JobContext job) =>
        new(job.OperationId("reserve"), job.HoldId, job.State.Quote.TotalCredits);
}
