namespace Ax2.TestKit;

/// <summary>
/// The machine's clock, put forward by hand: timers run as ever, so that nothing that waits is held up.
/// </summary>
public sealed class ShiftedClock : TimeProvider
{
    private long shift;

    public void Advance(TimeSpan by) => Interlocked.Add(ref shift, by.Ticks);

    public override long GetTimestamp() =>
        System.GetTimestamp() + Interlocked.Read(ref shift) * (TimestampFrequency / TimeSpan.TicksPerSecond);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref shift));
}
