using Ax2.Credits;
using Ax2.Media;

namespace Ax2.Jobs.Steps;

/// <summary>Returns the hold of a job that ends without captions, and removes what it left in the store.</summary>
public sealed class ReleaseStep(IGrainFactory grains, IObjectStore store) : IJobStep
{
    public JobStage Stage => JobStage.Releasing;

    public async Task<StepResult> RunAsync(
        JobContext job, IProgress<long> progress, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(job.TranscriptKey, cancellationToken);

        var account = grains.GetGrain<ICreditAccountGrain>(job.State.Command!.WorkspaceId);
        if (job.State.HeldCredits == 0)
        {
            // The job was cancelled before it heard of its reservation, which may still be on its way. Asking again
            // under the same operation id settles it now, so that no hold can appear after the release.
            await account.Reserve(ReserveStep.Command(job)).Decided();
        }

        await account.Release(new ReleaseHold($"{job.JobId}/release", job.JobId)).Decided();
        var outcome = job.State.Refusal is null ? StepOutcome.Cancelled : StepOutcome.Failed;
        return new StepResult(outcome, state => state with { HeldCredits = 0 });
    }
}
