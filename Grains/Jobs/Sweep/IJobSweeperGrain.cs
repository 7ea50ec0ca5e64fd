using Orleans.Concurrency;

namespace Ax2.Jobs.Sweep;

/// <summary>
/// Finds live jobs that nobody drives and wakes them. Key: 0. It stores nothing. Each job has a reminder besides; this
/// is what makes it seconds after the death of a silo.
/// </summary>
[Alias("ax2.IJobSweeperGrain")]
public interface IJobSweeperGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Wakes every live job that is in the index; those who ask while a sweep runs share the next. Does nothing when
    /// the last one began less than <paramref name="maxAge"/> ago.
    /// </summary>
    [Alias("Sweep"), AlwaysInterleave]
    Task Sweep(TimeSpan maxAge);
}
