using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Ax2.Jobs.Sweep;

/// <summary>
/// Calls for a sweep as soon as this silo learns that another has died, and once a minute. Every silo does, so that it
/// does not matter which ones are left; the sweeper lets them share.
/// </summary>
internal sealed partial class SweepSchedule(
    IClusterMembershipService membership, IGrainFactory grains, TimeProvider time, ILogger<SweepSchedule> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// After a death the sweeper, and the directory that leads to it, may have to find a new place first.
    /// </summary>
    private const int MaxTries = 10;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(SweepAfterDeaths(stoppingToken), SweepEachMinute(stoppingToken));

    private async Task SweepAfterDeaths(CancellationToken stopping)
    {
        var dead = Dead(membership.CurrentSnapshot);
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stopping))
        {
            var now = Dead(snapshot);
            if (now.Except(dead).Any())
            {
                await Sweep(TimeSpan.Zero, MaxTries, stopping);
            }

            dead = now;
        }
    }

    private async Task SweepEachMinute(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            await Sweep(Period / 2, 1, stopping);
        }
    }

    private async Task Sweep(TimeSpan maxAge, int tries, CancellationToken stopping)
    {
        for (var attempt = 1; attempt <= tries; attempt++)
        {
            try
            {
                await grains.GetGrain<IJobSweeperGrain>(0).Sweep(maxAge).WaitAsync(stopping);
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogNotSwept(attempt, e);
                await Task.Delay(RetryDelay, time, stopping);
            }
        }
    }

    private static HashSet<SiloAddress> Dead(ClusterMembershipSnapshot snapshot) =>
        [.. snapshot.Members.Values.Where(m => m.Status == SiloStatus.Dead).Select(m => m.SiloAddress)];

    [LoggerMessage(2313, LogLevel.Warning, "The sweep of live jobs failed (try {Attempt}).")]
    private partial void LogNotSwept(int attempt, Exception exception);
}
