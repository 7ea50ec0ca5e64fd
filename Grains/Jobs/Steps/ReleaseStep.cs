using Ax2.Credits;

namespace Ax2.Jobs.Steps;

/// <summary>Returns the hold of a run that delivered nothing, and removes what it left behind.</summary>
public sealed class ReleaseStep(IGrainFactory grains, JobCleanup cleanup) : IJobStep
{
    public JobStage Stage => JobStage.Releasing;

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        await cleanup.RemoveAudioAsync(job, cancellationToken);
        await cleanup.RemoveUnpaidTrackAsync(job);
        var account = grains.GetGrain<ICreditAccountGrain>(job.State.Command!.WorkspaceId);
        if (job.State.HeldCredits == 0)
        {
            // The answer to the reservation is not known: it may still be on its way. Asking again under the same
            // operation id settles it now, so that no hold can appear after the release.
            await account.Reserve(ReserveStep.Command(job)).ThrowIfBusy();
        }

        await account.Release(new ReleaseHold(job.OperationId("release"), job.HoldId)).ThrowIfBusy();
        return new StepResult(Outcome(job.State), state => state);
    }

    private static StepOutcome Outcome(CaptionJobState state) =>
        state.Refusal is null ? StepOutcome.Cancelled
        : state.PaidMs > 0 ? StepOutcome.Partial
        : StepOutcome.Failed;
}
