using Ax2.Credits;
using Ax2.Jobs.Steps;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

/// <summary>A live job keeps its hold alive: when half of its life is used, it is extended by a whole one.</summary>
public sealed class JobHold(IGrainFactory grains, IOptions<CreditsOptions> credits, TimeProvider time)
{
    /// <summary>
    /// Called before each step and by each reminder. The operation id follows from the stored state, so a crash before
    /// the state is stored asks for the same extension again.
    /// </summary>
    internal async Task ExtendAsync(Guid jobId, StoredState<CaptionJobState> state)
    {
        var job = new JobContext(jobId, state);
        var since = job.State.HoldExtendedAt ?? job.State.QueuedSince;
        var now = time.GetUtcNow();
        if (job.State.HeldCredits == 0 || JobFlow.IsOver(job.State.Stage) || now - since < credits.Value.HoldLife / 2)
        {
            return;
        }

        var operationId = job.OperationId($"extend/{since.ToUnixTimeMilliseconds()}");
        // A refusal says that the hold is resolved already: the settlement deals with it.
        await grains.GetGrain<ICreditAccountGrain>(job.State.Command!.WorkspaceId)
            .ExtendHold(new ExtendHold(operationId, job.HoldId)).ThrowIfBusy();
        await state.UpdateAsync(stored => stored with { HoldExtendedAt = now });
    }
}
