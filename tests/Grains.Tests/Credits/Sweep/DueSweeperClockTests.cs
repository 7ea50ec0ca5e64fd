using System.Collections.Immutable;
using Ax2.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ax2.Credits.Sweep;

public sealed class DueSweeperClockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Sweep_ClockWasSetBackAnHour_IsNotPutOff()
    {
        var (clock, sweeps) = (new AdjustableClock(), 0);
        var history = Scripted.As<ICreditHistory>((_, _) =>
        {
            sweeps++;
            return AsyncEnumerable.Empty<ImmutableArray<Guid>>();
        });
        var sweeper = new DueSweeperGrain(history, clock, NullLogger<DueSweeperGrain>.Instance);
        await sweeper.Sweep(Minute);

        clock.UtcNow -= TimeSpan.FromHours(1);
        await sweeper.Sweep(Minute);
        Assert.Equal(1, sweeps);
        clock.Passed += Minute;
        await sweeper.Sweep(Minute);

        Assert.Equal(2, sweeps);
    }

    private sealed class AdjustableClock : TimeProvider
    {
        public DateTimeOffset UtcNow { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => UtcNow;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
