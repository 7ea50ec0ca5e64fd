using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>What operators decided. All else is reported anew.</summary>
public sealed record WorkQueueState
{
    public int V { get; init; } = 1;

    public bool IsPaused { get; init; }

    /// <summary>Names of silos, in order. They need not run.</summary>
    public ImmutableArray<string> Draining { get; init; } = [];

    public WorkQueueState WithDraining(string siloName, bool isDraining)
    {
        var names = isDraining ? Draining.Add(siloName) : Draining.Remove(siloName);
        return this with { Draining = names.Sort(StringComparer.Ordinal) };
    }
}
