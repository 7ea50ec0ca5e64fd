namespace Ax2.Credits.Sweep;

/// <summary>
/// Books what became due in accounts that nobody uses, so that their ledgers say so. Key: 0. It stores nothing, and
/// nothing depends on it: whoever looks at an account books what is due first.
/// </summary>
[Alias("ax2.IDueSweeperGrain")]
public interface IDueSweeperGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Visits every account in which something is due; one that fails is left to the next sweep. Sweeps come one after
    /// the other. Does nothing when the last one began less than <paramref name="maxAge"/> ago.
    /// </summary>
    [Alias("Sweep"), ResponseTimeout("00:10:00")]
    Task Sweep(TimeSpan maxAge);
}
