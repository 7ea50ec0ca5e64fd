using Ax2.Users;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

internal sealed class JobOptionsValidator : IValidateOptions<JobOptions>
{
    private static readonly TimeSpan MinChunk = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxChunkContext = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MinProgressInterval = TimeSpan.FromMilliseconds(100);

    public ValidateOptionsResult Validate(string? name, JobOptions options) => OptionRules.Check(
        (options.MaxAttempts >= 1, "Jobs:MaxAttempts is at least 1."),
        (options.MaxStageAttempts >= 0, "Jobs:MaxStageAttempts is not negative."),
        (options.MaxSpaceWait >= TimeSpan.Zero, "Jobs:MaxSpaceWait is not negative."),
        (options.RetryDelay >= TimeSpan.Zero && options.MaxRetryDelay >= TimeSpan.Zero,
            "Jobs:RetryDelay and MaxRetryDelay are not negative."),
        (options.MaxWorkerDeaths >= 0 && options.MaxThrottles >= 0,
            "Jobs:MaxWorkerDeaths and MaxThrottles are not negative."),
        (options.ChunkTarget == TimeSpan.Zero || options.ChunkTarget >= MinChunk,
            "Jobs:ChunkTarget is zero, or at least 1 s."),
        (options.ChunkTarget == TimeSpan.Zero
            || (options.ChunkCutWindow >= TimeSpan.Zero && options.ChunkCutWindow <= options.ChunkTarget / 2),
            "Jobs:ChunkCutWindow is at most half of ChunkTarget, and not negative."),
        (options.ChunkContext >= TimeSpan.Zero && options.ChunkContext <= MaxChunkContext,
            "Jobs:ChunkContext is at most 1 min, and not negative."),
        (options.ProgressInterval >= MinProgressInterval, "Jobs:ProgressInterval is at least 100 ms."),
        (options.MaxChunksPerSilo >= 0, "Jobs:MaxChunksPerSilo is not negative."),
        (options.MaxCuttersPerSilo >= 0, "Jobs:MaxCuttersPerSilo is not negative."),
        (options.DrainTimeout >= TimeSpan.Zero, "Jobs:DrainPatience is not negative."),
        (options.Queue.MaxRunningPerUser >= 0, "Jobs:Queue:MaxRunningPerUser is not negative."),
        (options.Queue.PlanWeights.Values.All(w => w >= 1), "Jobs:Queue:PlanWeights are at least 1."),
        (options.Queue.PlanWeights.Keys.All(PlanName.IsValid),
            "Jobs:Queue:PlanWeights: a plan's name has 1 to 40 lower-case letters, digits and '-'."));
}
