using Ax2.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Credits.Sweep;

public sealed class DueSweepScheduleTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Schedule_SweepThatFails_IsFollowedByTheNextAMinuteLater()
    {
        var (time, calls) = (new TimerClock(), new SemaphoreSlim(0));
        var sweeper = Scripted.As<IDueSweeperGrain>((_, _) =>
        {
            calls.Release();
            throw new TimeoutException("The sweeper is away.");
        });
        using var schedule = new DueSweepSchedule(
            Scripted.As<IGrainFactory>((_, _) => sweeper), time, NullLogger<DueSweepSchedule>.Instance);
        await schedule.StartAsync(TestContext.Current.CancellationToken);
        await time.HasTimer.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        for (var i = 0; i < 3; i++)
        {
            time.Advance(Minute);
            Assert.True(await calls.WaitAsync(Timeout, TestContext.Current.CancellationToken));
        }

        await schedule.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class TimerClock : FakeTimeProvider
    {
        private readonly TaskCompletionSource _hasTimer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasTimer => _hasTimer.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _hasTimer.TrySetResult();
            return timer;
        }
    }
}
