using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.History;

/// <summary>
/// Two whole clusters, one with a thousand finished jobs and one with a million, asked the same in turns: to list a
/// user's jobs, to read one that no silo has in memory, and to start one.
/// </summary>
internal static class HistoryBenchmark
{
    private const int JobsOfUser = 50;
    private const int Few = 1_000;
    private const int Many = 1_000_000;
    private const int QuickMany = 20_000;
    private const int Users = 7;
    private const double Speed = 200;
    private const int Rounds = 320;
    private const int Starts = 40;
    private const string Milliseconds = "ms";

    /// <param name="isQuick">Twenty thousand instead of a million.</param>
    public static async Task<BenchReport> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        await using var speech = await SlowSpeechServer.StartAsync(Speed, cancellationToken);
        await using var few = await HistoryWorld.StartAsync(speech, Few, JobsOfUser, Users, cancellationToken);
        var jobs = isQuick ? QuickMany : Many;
        await using var many = await HistoryWorld.StartAsync(speech, jobs, JobsOfUser, Users, cancellationToken);
        HistoryWorld[] worlds = [few, many];
        foreach (var world in worlds)
        {
            await world.WarmUpAsync(cancellationToken);
        }

        for (var round = 0; round < Rounds; round++)
        {
            // Who is asked second finds the machine as the first left it: they take turns.
            foreach (var world in round % 2 == 0 ? worlds : worlds.Reverse())
            {
                await world.ListAsync(round, cancellationToken);
                await world.ReadAsync(round, cancellationToken);
                if (round % (2 * Rounds / Starts) < 2)
                {
                    await world.StartJobAsync(round, cancellationToken);
                }
            }
        }

        return Report(few, many);
    }

    private static BenchReport Report(HistoryWorld few, HistoryWorld many)
    {
        const string goal = "<= 1.2";
        return new BenchReport(
            "history",
            [
                Ratio("list_ratio", world => world.Lists),
                Ratio("read_ratio", world => world.Reads),
                Ratio("start_ratio", world => world.Starts),
                .. Times("few", few),
                .. Times("many", many),
            ]);

        BenchResult Ratio(string metric, Func<HistoryWorld, List<double>> times) => new(
            metric, Statistics.Median(times(many)) / Statistics.Median(times(few)), "x", goal);
    }

    private static IEnumerable<BenchResult> Times(string name, HistoryWorld world) =>
    [
        new($"{name}_jobs", world.Jobs, "jobs"),
        new($"{name}_list_ms", Statistics.Median(world.Lists), Milliseconds),
        new($"{name}_read_ms", Statistics.Median(world.Reads), Milliseconds),
        new($"{name}_start_ms", Statistics.Median(world.Starts), Milliseconds),
        new($"{name}_fill_s", world.FillSeconds, "s"),
        new($"{name}_database_mb", world.DatabaseMegabytes, "MB"),
    ];
}
