namespace Ax2.Jobs.Steps;

/// <summary>
/// The job has its credits and a slot on this silo (the grain took it before): recognition may begin.
/// </summary>
public sealed class BeginStep(TimeProvider time) : IJobStep
{
    public JobStage Stage => JobStage.Reserved;

    public Task<StepResult> RunAsync(JobContext job, IProgress<long> progress, CancellationToken cancellationToken) =>
        Task.FromResult(StepResult.Succeeded(state => state with { StartedAt = state.StartedAt ?? time.GetUtcNow() }));
}
