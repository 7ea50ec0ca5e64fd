using Ax2.Credits;

namespace Ax2.Jobs.Steps;

/// <summary>Takes the credits of what was delivered.</summary>
public sealed class SettleStep(IGrainFactory grains) : IJobStep
{
    public JobStage Stage => JobStage.Settling;

    public async Task<StepResult> RunAsync(
        JobContext job, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var credits = job.State.Quote.TotalCredits;
        var account = grains.GetGrain<ICreditAccountGrain>(job.State.Command!.WorkspaceId);
        var answer = await account.Settle(new SettleHold($"{job.JobId}/settle", job.JobId, credits)).Decided();
        return answer.Refusal is { } refusal
            ? StepResult.Failed(refusal)
            : StepResult.Succeeded(state => state with { HeldCredits = 0, ChargedCredits = credits });
    }
}
