using Ax2.Benchmarks.Job;
using Ax2.Local;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// When the API's process ended: whose connection ends then was not left alone by a service that was there.
/// </summary>
internal sealed class ApiDeaths
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A death is seen a little late, and a stop in order closes connections before its end. What a killed process
    /// listened on takes connections until the last of its threads has ended.
    /// </summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly List<DateTimeOffset> _seenAt = [];

    public ApiDeaths(BenchStack stack, CancellationToken ended) => Watching = WatchAsync(stack, ended);

    /// <summary>Complete when it ended; then the rest may be asked.</summary>
    public Task Watching { get; }

    public bool HitCall(Exchange exchange) =>
        _seenAt.Exists(at => at >= exchange.SentAt - Slack && at <= exchange.EndedAt + Slack);

    private async Task WatchAsync(BenchStack stack, CancellationToken ended)
    {
        ProcessIdentity? watched = null;
        while (!ended.IsCancellationRequested)
        {
            if (watched is { IsAlive: false })
            {
                _seenAt.Add(TimeProvider.System.GetUtcNow());
                watched = null;
            }

            watched ??= stack.ProcessOf(StackPlan.ApiName);
            await Task.Delay(LookEvery, TimeProvider.System, ended)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
