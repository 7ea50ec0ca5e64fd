using System.Collections.Concurrent;
using System.Diagnostics;

namespace Ax2.Benchmarks.Credits;

/// <param name="PerSecond">Commands answered.</param>
internal sealed record LoadFigures(double PerSecond, double MedianMs, double P99Ms);

/// <summary>
/// Callers that reserve and settle, each as fast as it is answered, for a given time.
/// </summary>
internal static class CreditLoad
{
    /// <summary>Answers false when a command was refused: the figures would be of nothing.</summary>
    internal delegate Task<bool> Pair(Guid account, Guid hold, Action answered);

    internal static async Task<LoadFigures> RunAsync(
        int callers, TimeSpan duration, IReadOnlyList<Guid> accounts, Pair pair)
    {
        var latencies = new ConcurrentBag<List<double>>();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var mine = new List<double>();
            latencies.Add(mine);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var sent = Stopwatch.GetTimestamp();
                var isDone = await pair(accounts[random.Next(accounts.Count)], Guid.CreateVersion7(), () =>
                {
                    mine.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                    sent = Stopwatch.GetTimestamp();
                });
                if (!isDone)
                {
                    throw new InvalidOperationException("A command was refused.");
                }
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var all = latencies.SelectMany(mine => mine).Order().ToList();
        return new LoadFigures(all.Count / seconds, all[all.Count / 2], all[(int)(all.Count * 0.99)]);
    }
}
