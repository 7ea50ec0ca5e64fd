using Ax2.Jobs.Chunks;

namespace Ax2.Jobs.Steps;

/// <summary>Waits for the slot of the job's first chunk; its audio is cut meanwhile.</summary>
public sealed class WaitForSlotStep(IGrainFactory grains, TimeProvider time) : IJobStep
{
    public JobStage Stage => JobStage.Reserved;

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        // A chunk that failed in an earlier run begins anew, as if it had never been tried.
        var failed = job.State.Chunks.Where(c => c.Outcome == ChunkOutcome.Failed).Select(c => c.Index).ToArray();
        await Task.WhenAll(failed.Select(index => grains.GetChunk(job.JobId, index).Delete()));
        await job.Recognition!.WaitForSlotAsync(cancellationToken);
        return StepResult.Succeeded(state => failed.Aggregate(
            state with { StartedAt = state.StartedAt ?? time.GetUtcNow() },
            (changed, index) => changed.WithOutcome(index, ChunkOutcome.Pending, null)));
    }
}
