using Ax2.Benchmarks.Credits.Faults;
using Ax2.Local;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Jobs.Faults;

/// <summary>
/// Jobs of many chunks while, round by round, silos are killed, frozen and cut off, PostgreSQL is killed and restarted,
/// and the speech provider throttles and fails. After each round every job must be done with the very captions of an
/// undisturbed run and have cost the same, nothing may have been recognised again after its checkpoint, the books must be
/// right and hold nothing, and at the end nothing may be left in the temporary folders, the object store and the tables
/// that an undisturbed run does not leave.
/// </summary>
public static class JobFaults
{
    private const int Silos = 3;
    private const int JobsOfRound = 3;
    private const int ChunkSeconds = 10;
    private static readonly int[] SampleSeconds = [35, 70, 120];

    /// <summary>A chunk takes the provider about 2 s.</summary>
    private const double Speed = ChunkSeconds / 2.0;

    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(1);

    /// <param name="seed">Decides the faults, not the timing of processes.</param>
    /// <param name="fault">Only this one, in every round.</param>
    public static async Task<BenchReport> RunAsync(
        int rounds, int seed, CancellationToken cancellationToken, string? fault = null)
    {
        if (fault is not null && !ClusterFaults.Kinds.Contains(fault))
        {
            throw new SetupException($"There is no fault {fault}, but {string.Join(", ", ClusterFaults.Kinds)}.");
        }

        await using var speech = await SlowSpeechServer.StartAsync(Speed, cancellationToken);
        await using var cluster = await LocalCluster.StartAsync(Options(speech), cancellationToken);
        using var checks = await FaultChecks.StartAsync(cluster, speech, SampleSeconds, cancellationToken);
        var random = new Random(seed);
        var faults = new ClusterFaults(cluster, random);
        var provider = new Random(seed + 1);
        speech.Script = _ => Reply(provider);
        var counts = new Dictionary<string, int>();
        for (var round = 1; round <= rounds; round++)
        {
            // The first rounds see each fault once, in their order; later ones draw.
            var kind = fault ?? ClusterFaults.Kinds[
                round <= ClusterFaults.Kinds.Length ? round - 1 : random.Next(ClusterFaults.Kinds.Length)];
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
            var begun = TimeProvider.System.GetTimestamp();
            try
            {
                await RunRoundAsync(kind, random, faults, checks, cancellationToken);
            }
            catch (FaultRunException broken)
            {
                throw new FaultRunException(
                    $"Round {round} of seed {seed}, {kind}: {broken.Message}. The logs: {KeepLogs(cluster)}");
            }

            var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
            await Console.Error.WriteLineAsync($"round {round} of {rounds}: {kind}, {seconds:0} s");
        }

        await checks.CheckLeftoversAsync(cancellationToken);
        return await ReportAsync(rounds, seed, cluster, speech, checks, counts, cancellationToken);
    }

    /// <summary>The cluster's folder goes with it; what it said must not.</summary>
    private static string KeepLogs(LocalCluster cluster)
    {
        var kept = Directory.CreateTempSubdirectory("ax2-job-faults-logs-").FullName;
        foreach (var log in Directory.EnumerateFiles(cluster.Logs))
        {
            File.Copy(log, Path.Combine(kept, Path.GetFileName(log)));
        }

        return kept;
    }

    private static LocalClusterOptions Options(SlowSpeechServer speech) => new()
    {
        Silos = Silos,
        CanPartition = true,
        Settings = new Dictionary<string, string>(speech.Settings)
        {
            ["Jobs__ChunkTarget"] = $"00:00:{ChunkSeconds}",
            ["Jobs__ChunkCutWindow"] = "00:00:02",
            ["Jobs__ChunkContext"] = "00:00:01",
            // Kills from outside are no fault of the chunk, and the provider here fails more often than any real one.
            ["Jobs__MaxWorkerDeaths"] = "0",
            ["Jobs__MaxAttempts"] = "1000",
            ["Jobs__MaxThrottles"] = "0",
            ["Jobs__MaxRetryDelay"] = "00:00:05",
            ["PriceList__WelcomeCredits"] = "1000000",
        },
    };

    private static SpeechReply Reply(Random random)
    {
        lock (random)
        {
            return random.Next(20) switch
            {
                0 => SpeechReply.Throttled(1),
                1 => SpeechReply.Unavailable,
                _ => SpeechReply.Words,
            };
        }
    }

    private static async Task RunRoundAsync(
        string kind, Random random, ClusterFaults faults, FaultChecks checks, CancellationToken cancellationToken)
    {
        var samples = Enumerable.Range(0, JobsOfRound).Select(_ => random.Next(SampleSeconds.Length)).ToList();
        var jobs = samples.Select(sample => checks.RunJobAsync(sample, cancellationToken)).ToList();
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 6000)), TimeProvider.System, cancellationToken);
        await faults.InflictAsync(kind, cancellationToken);
        var ended = Task.WhenAll(jobs);
        while (await Task.WhenAny(ended, Task.Delay(Watch, TimeProvider.System, cancellationToken)) != ended)
        {
            // A silo that was given up by the others ends itself, at any time: whoever deploys it starts it again.
            await faults.MakeGoodAsync(cancellationToken);
        }

        await ended;
        await faults.MakeGoodAsync(cancellationToken);
        await checks.CheckRoundAsync(ClusterFaults.LeavesZombies(kind), cancellationToken);
    }

    private static async Task<BenchReport> ReportAsync(
        int rounds,
        int seed,
        LocalCluster cluster,
        SlowSpeechServer speech,
        FaultChecks checks,
        Dictionary<string, int> counts,
        CancellationToken cancellationToken)
    {
        var checkpoints = await ChunkLog.CheckpointsAsync(cluster, cancellationToken);
        return new BenchReport(
            "job-faults",
            [
                new("rounds", rounds, "", ">= 100"),
                new("seed", seed, ""),
                .. counts.Select(count => new BenchResult(count.Key, count.Value, "rounds")),
                new("jobs_done", checks.JobsDone, "jobs", "> 0"),
                new("chunks_checkpointed", checkpoints, "chunks", "> 0"),
                new("chunk_attempts", await ChunkLog.AttemptsAsync(cluster, cancellationToken), "attempts"),
                new("provider_answers", speech.Calls.Count(call => call.AnsweredAt is not null), "answers"),
                new("answers_to_ghosts", checks.AnswersToZombies, "answers"),
                new("violations", 0, "", "0"),
            ]);
    }
}
