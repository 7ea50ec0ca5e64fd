namespace Ax2.Jobs.Queue;

/// <summary>How the cluster's workers are shared. Section <c>Jobs:Queue</c>.</summary>
public sealed class QueueOptions
{
    /// <summary>Pieces of work that one user may have running in the whole cluster. Default and zero: no cap.</summary>
    public int MaxRunningPerUser { get; set; }

    /// <summary>
    /// A user of a plan with weight 3 gets three times the share of one with weight 1. At least 1 each; zero is
    /// refused. A plan that is not named here counts 1. Default: <c>standard</c> 1.
    /// </summary>
    public Dictionary<string, int> PlanWeights { get; } = new(StringComparer.Ordinal) { ["standard"] = 1 };

    internal int WeightOf(string plan) => PlanWeights.GetValueOrDefault(plan, 1);
}
