using Ax2.Credits;
using Ax2.Jobs.Steps;

namespace Ax2.Jobs;

/// <summary>A live job keeps its hold alive: when half of its life is used, it is extended by a whole one.</summary>
public sealed partial class CaptionJobGrain
{
    /// <summary>
    /// Called before each step and by each reminder. The operation id follows from the stored state, so a crash before
    /// the state is stored asks for the same extension again.
    /// </summary>
    private async Task ExtendHold()
    {
        var since = Job.HoldExtendedAt ?? Job.QueuedSince;
        var now = time.GetUtcNow();
        if (Job.HeldCredits == 0 || JobFlow.IsOver(Job.Stage) || now - since < credits.Value.HoldLife / 2)
        {
            return;
        }

        var job = new JobContext(this.GetPrimaryKey(), Job);
        var account = GrainFactory.GetGrain<ICreditAccountGrain>(Job.Command!.WorkspaceId);
        // A hold that is gone already is the settlement's business.
        var operationId = job.OperationId($"extend/{since.ToUnixTimeMilliseconds()}");
        await account.ExtendHold(new ExtendHold(operationId, job.HoldId));
        await Save(state => state with { HoldExtendedAt = now });
    }
}
