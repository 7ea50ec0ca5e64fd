namespace Ax2;

internal static class ShortStay
{
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(2);

    /// <summary>
    /// For an activation that stands for nothing: it leaves soon, to free the memory that a flood of made-up keys would
    /// take; but not at once, or calls that come together would be forwarded from one activation to the next until they
    /// are rejected.
    /// </summary>
    internal static IGrainTimer LeaveSoon(this IGrainBase grain) => grain.RegisterGrainTimer(
        _ =>
        {
            grain.DeactivateOnIdle();
            return Task.CompletedTask;
        },
        Stay,
        Timeout.InfiniteTimeSpan);
}
