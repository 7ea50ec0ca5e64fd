using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ax2.Credits.Sweep;

/// <summary>
/// Calls for a sweep once a minute. Every silo does, so that it does not matter which ones are left; the sweeper lets
/// them share.
/// </summary>
internal sealed partial class DueSweepSchedule(
    IGrainFactory grains, TimeProvider time, ILogger<DueSweepSchedule> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await grains.GetGrain<IDueSweeperGrain>(0).Sweep(Period / 2).WaitAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotSwept(e);
            }
        }
    }

    [LoggerMessage(3102, LogLevel.Warning, "Accounts in which something is due could not be swept.")]
    private partial void LogNotSwept(Exception exception);
}
