namespace Ax2.Local;

/// <summary>
/// How long to wait before starting a service again that died: not at all after a steady minute, longer while it keeps
/// dying at once.
/// </summary>
internal sealed class RestartBackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    private TimeSpan next = First;

    /// <param name="lived">How long the service ran this time.</param>
    public TimeSpan AfterLife(TimeSpan lived)
    {
        if (lived >= Steady)
        {
            next = First;
            return TimeSpan.Zero;
        }
        var wait = next;
        next = wait * 2 < Longest ? wait * 2 : Longest;
        return wait;
    }
}
