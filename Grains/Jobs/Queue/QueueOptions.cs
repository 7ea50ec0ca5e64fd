using Ax2.Users;

namespace Ax2.Jobs.Queue;

/// <summary>How the cluster's workers are shared. Section <c>Jobs:Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary>
    /// Chunks that one user may have running in the whole cluster, and files cut ahead. Default and zero: no cap.
    /// </summary>
    public int MaxRunningPerUser { get; set; }

    /// <summary>
    /// The plans that there are. A user of a plan with weight 3 gets three times the share of one with weight 1. At
    /// least 1 each; zero is refused. A name has 1 to 40 lower-case letters, digits and '-'. A plan that users still
    /// have and that is not named here any more counts 1. Default: <c>standard</c> 1, <c>business</c> 4; what is
    /// configured is added to these or changes their weights, so <c>standard</c> is always there.
    /// </summary>
    public Dictionary<string, int> PlanWeights { get; } =
        new(StringComparer.Ordinal) { [PlanName.Standard] = 1, ["business"] = 4 };

    internal int WeightOf(string plan) => PlanWeights.GetValueOrDefault(plan, 1);
}
