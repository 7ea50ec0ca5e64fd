using Ax2.Benchmarks.Cluster;
using Ax2.Local;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Jobs;

/// <summary>
/// A heavy user starts a thousand files, then a light user starts one, again and again. The wait of each is from its
/// start until the provider has its audio. A light user's wait should be what it takes until any place is free, not
/// what it takes until the heavy user is done.
/// </summary>
internal static class FairBenchmark
{
    private const int Silos = 2;
    private const int SlotsOfSilo = 2;
    private const int FileSeconds = 20;

    /// <summary>A file takes a provider this long, and a place is free four times as often.</summary>
    private const double WaitSeconds = 1;
    private const int HeavyFiles = 1000;
    private const int QuickHeavyFiles = 100;
    private const int LightFiles = 20;
    private const int QuickLightFiles = 5;

    public static async Task<BenchReport> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        await using var speech = await SlowSpeechServer.StartAsync(FileSeconds / WaitSeconds, cancellationToken);
        var settings = new Dictionary<string, string>(speech.Settings)
        {
            ["Jobs__MaxChunksPerSilo"] = $"{SlotsOfSilo}",
            ["PriceList__WelcomeCredits"] = "1000000",
        };
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Silos = Silos, Settings = settings }, cancellationToken);
        var talk = Path.Combine(cluster.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(talk, SyntheticSpeech.Make(FileSeconds, seed: 1), cancellationToken);
        using var heavy = await FairUser.SignUpAsync(cluster, talk, cancellationToken);
        using var light = await FairUser.SignUpAsync(cluster, talk, cancellationToken);

        var files = isQuick ? QuickLightFiles : LightFiles;
        var alone = await WaitsAsync(speech, light, files, cancellationToken);
        await heavy.StartAsync(isQuick ? QuickHeavyFiles : HeavyFiles, cancellationToken);
        var beside = await WaitsAsync(speech, light, files, cancellationToken);
        var heavyWaits = heavy.Waits(speech);
        return new BenchReport(
            "fair",
            [
                new("light_wait_median_s", Statistics.Median(beside), "s", $"<= {WaitSeconds}"),
                new("light_wait_max_s", beside.Max(), "s"),
                new("light_wait_alone_median_s", Statistics.Median(alone), "s"),
                new("heavy_wait_median_s", Statistics.Median(heavyWaits), "s"),
                new("heavy_wait_max_s", heavyWaits.Max(), "s"),
                new("heavy_files", heavy.Started, "files"),
                new("heavy_files_begun", heavyWaits.Count, "files"),
                new("light_files", beside.Count, "files"),
            ]);
    }

    /// <summary>One file after the other, each begun when the one before has ended.</summary>
    private static async Task<List<double>> WaitsAsync(
        SlowSpeechServer speech, FairUser user, int files, CancellationToken cancellationToken)
    {
        var first = user.Started;
        for (var i = 0; i < files; i++)
        {
            var job = await user.StartOneAsync(cancellationToken);
            var ended = await user.Bench.EndAsync(job, cancellationToken);
            if (ended.Stage != "done")
            {
                throw new SetupException($"A job ended as {ended.Stage}: {ended.Error?.Message}.");
            }
        }

        return [.. user.Waits(speech).Skip(first)];
    }
}

/// <summary>A user and when his jobs were started.</summary>
internal sealed class FairUser : IDisposable
{
    private const int StartsAtOnce = 8;

    private readonly Guid _upload;
    private readonly List<(Guid Job, DateTimeOffset At)> _starts = [];

    private FairUser(BenchUser bench, Guid upload) => (Bench, _upload) = (bench, upload);

    public BenchUser Bench { get; }

    public int Started => _starts.Count;

    public static async Task<FairUser> SignUpAsync(
        LocalCluster cluster, string file, CancellationToken cancellationToken)
    {
        var bench = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
        return new FairUser(bench, await bench.UploadAsync(file, cancellationToken));
    }

    public async Task<Guid> StartOneAsync(CancellationToken cancellationToken)
    {
        var at = TimeProvider.System.GetUtcNow();
        var job = await Bench.StartJobAsync(_upload, cancellationToken);
        lock (_starts)
        {
            _starts.Add((job, at));
        }

        return job;
    }

    public Task StartAsync(int jobs, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, jobs),
        new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = cancellationToken },
        async (_, token) => await StartOneAsync(token));

    /// <summary>
    /// Seconds from the start of each job until its audio was with the provider; without those still waiting.
    /// </summary>
    public List<double> Waits(SlowSpeechServer speech)
    {
        // The key of a request begins with its job's id.
        var begun = speech.Calls
            .GroupBy(call => call.Key.Split('/')[0])
            .ToDictionary(calls => Guid.Parse(calls.Key), calls => calls.Min(call => call.ReceivedAt));
        return [.. _starts
            .Where(start => begun.ContainsKey(start.Job))
            .Select(start => (begun[start.Job] - start.At).TotalSeconds)];
    }

    public void Dispose() => Bench.Dispose();
}
