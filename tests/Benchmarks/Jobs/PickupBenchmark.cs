using Ax2.Benchmarks.Cluster;
using Ax2.Local;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Jobs;

/// <summary>
/// How long the chunks of a silo that is killed lie still: from the <c>kill -9</c> to the moment when the speech provider
/// has been asked for the same chunk again, by another silo. The provider answers nobody until all kills are done, so
/// one job is always at work; then it answers, and the job must end well.
/// </summary>
internal static class PickupBenchmark
{
    private const int Silos = 4;
    private const int Chunks = 8;
    private const int ChunkSeconds = 30;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    public static async Task<BenchReport> RunAsync(int kills, int seed, CancellationToken cancellationToken)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var speech = await SlowSpeechServer.StartAsync(1000, cancellationToken);
        speech.Script = _ => SpeechReply.WordsAfter(released.Task);
        await using var cluster = await LocalCluster.StartAsync(Options(speech), cancellationToken);
        using var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
        var talk = Path.Combine(cluster.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(talk, SyntheticSpeech.Make(Chunks * ChunkSeconds, seed), cancellationToken);
        var job = await user.StartJobAsync(await user.UploadAsync(talk, cancellationToken), cancellationToken);
        await UntilAsync(() => Running(speech).Count >= Chunks, "all chunks run", cancellationToken);

        var pickups = new List<double>();
        var random = new Random(seed);
        for (var done = 0; done < kills;)
        {
            var silo = cluster.Silos[random.Next(Silos)];
            var seconds = await KillAsync(speech, silo, cancellationToken);
            pickups.AddRange(seconds);
            done += seconds.Count > 0 ? 1 : 0;
            await silo.StartAsync(cancellationToken);
        }

        released.SetResult();
        var ended = await user.EndAsync(job, cancellationToken);
        return ended.Stage == "done"
            ? Report(pickups, kills)
            : throw new SetupException($"The job ended as {ended.Stage}: {ended.Error?.Message}.");
    }

    private static LocalClusterOptions Options(SlowSpeechServer speech) => new()
    {
        Silos = Silos,
        Settings = new Dictionary<string, string>(speech.Settings)
        {
            ["Jobs__ChunkTarget"] = $"00:00:{ChunkSeconds}",
            ["Jobs__ChunkCutWindow"] = "00:00:01",
            // A survivor has room for the chunks of the dead: what is measured is the pick-up and not the queue.
            ["Jobs__MaxChunksPerSilo"] = $"{Chunks}",
            // Kills from outside are no fault of the chunk.
            ["Jobs__MaxWorkerDeaths"] = "0",
            ["Speech__Remote__Timeout"] = "01:00:00",
        },
    };

    /// <summary>Seconds until each of the chunks that the silo ran is asked for again; empty when it ran none.</summary>
    private static async Task<List<double>> KillAsync(
        SlowSpeechServer speech, SiloNode silo, CancellationToken cancellationToken)
    {
        var before = Running(speech);
        var killed = TimeProvider.System.GetUtcNow();
        await silo.KillAsync(cancellationToken);
        // The connections of a process that is gone are closed before its end is known here, or moments after.
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        var lost = before.Where(call => call.EndedAt is not null).Select(call => call.Key).ToList();
        await UntilAsync(() => lost.All(IsPickedUp), "the chunks are picked up", cancellationToken);
        return [.. lost.Select(key => (speech.Calls.First(IsAgain(key)).ReceivedAt - killed).TotalSeconds)];

        bool IsPickedUp(string key) => speech.Calls.Any(IsAgain(key));

        Func<SpeechCall, bool> IsAgain(string key) => call => call.Key == key && call.ReceivedAt > killed;
    }

    private static List<SpeechCall> Running(SlowSpeechServer speech) =>
        [.. speech.Calls.Where(call => call.EndedAt is null)];

    private static async Task UntilAsync(
        Func<bool> isSo, string what, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Timeout)
            {
                throw new SetupException($"After {Timeout.TotalSeconds:0} s it was not so that {what}.");
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private static BenchReport Report(List<double> pickups, int kills) => new(
        "pickup",
        [
            new("pickup_median_s", Statistics.Median(pickups), "s", "<= 10"),
            new("pickup_p99_s", Statistics.Percentile(pickups, 99), "s", "<= 10"),
            new("pickup_max_s", pickups.Max(), "s"),
            new("kills", kills, "kills", ">= 20"),
            new("chunks_picked_up", pickups.Count, "chunks"),
        ]);
}
