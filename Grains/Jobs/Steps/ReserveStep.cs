using Ax2.Credits;

namespace Ax2.Jobs.Steps;

/// <summary>Holds the quoted credits.</summary>
public sealed class ReserveStep(IGrainFactory grains) : IJobStep
{
    public JobStage Stage => JobStage.Accepted;

    public async Task<StepResult> RunAsync(
        JobContext job, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var account = grains.GetGrain<ICreditAccountGrain>(job.State.Command!.WorkspaceId);
        var command = Command(job);
        var answer = await account.Reserve(command).Decided();
        return answer.Refusal is { } refusal
            ? StepResult.Failed(refusal)
            : StepResult.Succeeded(state => state with { HeldCredits = command.Credits });
    }

    internal static ReserveCredits Command(JobContext job) =>
        new($"{job.JobId}/reserve", job.JobId, job.State.Quote.TotalCredits);
}
