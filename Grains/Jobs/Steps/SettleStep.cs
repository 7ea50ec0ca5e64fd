using Ax2.Credits;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Steps;

/// <summary>Takes the credits of what this run delivered; the rest of the hold returns with it.</summary>
public sealed class SettleStep(IGrainFactory grains, WorkRemains remains, IOptions<PriceListOptions> prices) : IJobStep
{
    public JobStage Stage => JobStage.Settling;

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        await remains.RemoveAudioAsync(job, cancellationToken);
        var (state, deliveredMs) = (job.State, job.State.DeliveredMs);
        var charge = Charge(state.Quote, deliveredMs - state.PaidMs, state.OrderedMs - state.PaidMs);
        var account = grains.GetGrain<ICreditAccountGrain>(state.Command!.WorkspaceId);
        var answer = await account.Settle(
            new SettleHold(job.OperationId("settle"), job.HoldId, charge.TotalCredits)).Decided();
        if (answer.Refusal is { } refusal)
        {
            return StepResult.Failed(refusal);
        }

        if (state.IsAllDone)
        {
            await remains.ForgetChunksAsync(job);
        }

        return new StepResult(state.DeliveryOutcome(), after => after with
        {
            HeldCredits = 0,
            Charge = charge,
            ChargedCredits = after.ChargedCredits + charge.TotalCredits,
            PaidMs = deliveredMs,
        });
    }

    private Quote Charge(Quote quote, long deliveredMs, long orderedMs) => deliveredMs >= orderedMs
        ? quote
        : PriceList.Transcription(prices.Value, deliveredMs);
}
