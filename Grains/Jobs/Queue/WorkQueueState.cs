using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>What operators decided. All else the queue is told anew.</summary>
public sealed record WorkQueueState
{
    public int V { get; init; } = 1;

    public bool IsPaused { get; init; }

    /// <summary>Names of silos, in order. They need not run.</summary>
    public ImmutableArray<string> Draining { get; init; } = [];
}
