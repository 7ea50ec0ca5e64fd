namespace Ax2.Jobs.Queue;

/// <summary>
/// Recognised audio over the time that anything ran, where what is a minute of work old counts half. Idle time does not
/// count: a silo is not slow because nobody asked it for anything.
/// </summary>
internal sealed class RecentSpeed(TimeProvider time)
{
    private const double HalfLifeSeconds = 60;
    private const double LeastSeconds = 1;

    private long _at = time.GetTimestamp();
    private double _busySeconds;
    private double _recognisedMs;

    /// <summary>Null until something was recognised for some time.</summary>
    public double? MsPerSecond =>
        _busySeconds >= LeastSeconds && _recognisedMs > 0 ? _recognisedMs / _busySeconds : null;

    /// <summary>Must be called before anything changes: the time since the last call was busy, or it was not.</summary>
    public void Advance(bool isBusy)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_at, now).TotalSeconds;
        _at = now;
        if (isBusy)
        {
            var kept = Math.Pow(0.5, seconds / HalfLifeSeconds);
            _busySeconds = (_busySeconds * kept) + seconds;
            _recognisedMs *= kept;
        }
    }

    public void Add(long audioMs) => _recognisedMs += audioMs;
}
