namespace Ax2;

internal static class DelayedDeactivation
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>
    /// For an activation without state: deactivated soon, a flood of invented keys takes little memory; deactivated at
    /// once, concurrent calls would be forwarded from one activation to the next until they are rejected.
    /// </summary>
    internal static IGrainTimer DeactivateAfterDelay(this IGrainBase grain) => grain.RegisterGrainTimer(
        _ =>
        {
            grain.DeactivateOnIdle();
            return Task.CompletedTask;
        },
        Delay,
        Timeout.InfiniteTimeSpan);
}
