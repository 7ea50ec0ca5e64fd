using Ax2.Credits;

namespace Ax2.Jobs.Steps;

/// <summary>Takes the credits of what this run delivered; the rest of the hold returns with it.</summary>
public sealed class SettleStep(IGrainFactory grains, JobCleanup cleanup) : IJobStep
{
    public JobStage Stage => JobStage.Settling;

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        await cleanup.RemoveAudioAsync(job, cancellationToken);
        var (state, deliveredMs) = (job.State, job.State.DeliveredMs);
        var charge = PriceList.Charge(
            state.Quote, [new DeliveredWork(PriceItems.Transcription, deliveredMs - state.PaidMs)]);
        var account = grains.GetGrain<ICreditAccountGrain>(state.Command!.WorkspaceId);
        var answer = await account.Settle(
            new SettleHold(job.OperationId("settle"), job.HoldId, charge.TotalCredits)).ThrowIfBusy();
        if (answer.Refusal is { } refusal)
        {
            // Mostly the hold is gone. When it is not, it is returned: a job that is over holds nothing.
            await account.Release(new ReleaseHold(job.OperationId("release"), job.HoldId)).ThrowIfBusy();
            return StepResult.Failed(refusal);
        }

        if (state.IsAllDone)
        {
            await cleanup.TryDeleteChunksAsync(job);
        }

        return new StepResult(state.DeliveryOutcome(), after => after with
        {
            Charge = charge,
            ChargedCredits = after.ChargedCredits + charge.TotalCredits,
            PaidMs = deliveredMs,
        });
    }
}
