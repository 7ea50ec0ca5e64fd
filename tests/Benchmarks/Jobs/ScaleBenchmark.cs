using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Ax2.Benchmarks.Cluster;
using Ax2.Benchmarks.Speech;
using Ax2.Local;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Jobs;

/// <summary>
/// One long file, and a batch of short ones with as much audio, over 1, 2, 4 and 8 silos: with a provider that is waited
/// for, which is all that a silo does with a remote one, and with the embedded engine, which the cores of this machine
/// bound however many silos share them.
/// </summary>
internal static class ScaleBenchmark
{
    private const int SlotsOfSilo = 2;
    private const int Chunks = 64;
    private const int ChunkSeconds = 30;
    private const int EmbeddedMinutes = 10;

    /// <summary>
    /// Before anything is measured every silo has had so many jobs of a few seconds: a process is slow until what it
    /// does often is compiled, and eight that compile at once on the cores of one machine would be measured as that.
    /// </summary>
    private const int WarmUpJobsOfSilo = 32;
    private const int WarmUpRounds = 4;
    private const int WarmUpSeconds = 2;
    private const string Seconds = "s";

    /// <summary>
    /// A chunk is waited for 8 s, which a remote provider takes for some minutes of audio, or 4 s when it must be quick:
    /// what is not waiting then weighs more. All silos share the cores of this machine, unlike those of a real cluster.
    /// </summary>
    private const double Speed = ChunkSeconds / 8.0;
    private const double QuickSpeed = ChunkSeconds / 4.0;

    public static async Task<BenchReport> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        await using var speech = await SlowSpeechServer.StartAsync(isQuick ? QuickSpeed : Speed, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("ax2-scale-").FullName;
        try
        {
            var (file, batch) = await MakeAsync(folder, cancellationToken);
            var warmUp = Path.Combine(folder, "warm-up.wav");
            await SyntheticSpeech.WriteWavAsync(
                warmUp, SyntheticSpeech.Make(WarmUpSeconds, seed: 2), cancellationToken);
            var (files, batches) = (new Dictionary<int, double>(), new Dictionary<int, double>());
            var captions = new HashSet<string>();
            foreach (var silos in isQuick ? [1, 8] : new[] { 1, 2, 4, 8 })
            {
                await using var cluster = await LocalCluster.StartAsync(
                    new LocalClusterOptions { Silos = silos, Settings = Settings(speech) }, cancellationToken);
                using var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
                await WarmUpAsync(user, warmUp, silos, cancellationToken);
                (files[silos], var captionsOfFile) = await MeasureAsync(user, [file], cancellationToken);
                (batches[silos], var captionsOfBatch) = await MeasureAsync(user, batch, cancellationToken);
                captions.Add(captionsOfFile + captionsOfBatch);
            }

            if (captions.Count > 1)
            {
                throw new SetupException("The captions differ with the number of silos.");
            }

            var embedded = isQuick ? [] : await MeasureEmbeddedAsync(folder, cancellationToken);
            return new BenchReport("scale", [.. Results("file", files), .. Results("batch", batches), .. embedded]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, string> Settings(SlowSpeechServer speech) => new(speech.Settings)
    {
        ["Jobs__ChunkTarget"] = $"00:00:{ChunkSeconds}",
        // Equal chunks, which share out evenly: nobody listens to the captions here.
        ["Jobs__ChunkCutWindow"] = "00:00:00",
        ["Jobs__MaxChunksPerSilo"] = $"{SlotsOfSilo}",
        // Eight silos share the few cores of this machine: more decoders at once would only be slower together.
        ["Jobs__MaxCuttersPerSilo"] = "1",
        ["PriceList__WelcomeCredits"] = "1000000",
    };

    private static async Task<(string File, string[] Batch)> MakeAsync(
        string folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "long.wav");
        await SyntheticSpeech.WriteWavAsync(
            file, SyntheticSpeech.Make(Chunks * ChunkSeconds, seed: 1), cancellationToken);
        var batch = Enumerable.Range(0, Chunks).Select(i => Path.Combine(folder, $"short-{i}.wav")).ToArray();
        foreach (var (path, i) in batch.Select((path, i) => (path, i)))
        {
            await SyntheticSpeech.WriteWavAsync(
                path, SyntheticSpeech.Make(ChunkSeconds, seed: 100 + i), cancellationToken);
        }

        return (file, batch);
    }

    private static async Task WarmUpAsync(
        BenchUser user, string file, int silos, CancellationToken cancellationToken)
    {
        var upload = await user.UploadAsync(file, cancellationToken);
        for (var round = 0; round < WarmUpRounds; round++)
        {
            var jobs = silos * WarmUpJobsOfSilo / WarmUpRounds;
            await RunAsync(user, Enumerable.Repeat(upload, jobs), cancellationToken);
        }
    }

    /// <summary>
    /// From the first start to the last end; the files are uploaded before. And the digest of all captions in the order of
    /// the files.
    /// </summary>
    private static async Task<(double Seconds, string Captions)> MeasureAsync(
        BenchUser user, string[] files, CancellationToken cancellationToken)
    {
        var uploads = new List<Guid>();
        foreach (var file in files)
        {
            uploads.Add(await user.UploadAsync(file, cancellationToken));
        }

        var clock = Stopwatch.StartNew();
        var jobs = await RunAsync(user, uploads, cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var job in jobs)
        {
            digest.AppendData(await user.Api.GetCaptionsAsync(job, "en", "srt", cancellationToken));
        }

        return (seconds, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    /// <summary>A job for each, all at once.</summary>
    private static Task<Guid[]> RunAsync(BenchUser user, IEnumerable<Guid> uploads, CancellationToken cancellationToken) =>
        Task.WhenAll(uploads.Select(async upload =>
        {
            var job = await user.EndAsync(await user.StartJobAsync(upload, cancellationToken), cancellationToken);
            if (job.Stage != "done")
            {
                throw new SetupException($"A job ended as {job.Stage}: {job.Error?.Message}.");
            }

            return job.Id;
        }));

    private static IEnumerable<BenchResult> Results(string name, Dictionary<int, double> seconds)
    {
        yield return new($"{name}_speedup_8", seconds[1] / seconds[8], "x", ">= 7");
        foreach (var (silos, value) in seconds)
        {
            yield return new($"{name}_{silos}_silos_s", value, Seconds);
        }
    }

    /// <summary>The same cores for one silo and shared between as many silos as there are cores.</summary>
    private static async Task<List<BenchResult>> MeasureEmbeddedAsync(
        string folder, CancellationToken cancellationToken)
    {
        await Prepared.SpeechModelsAsync(cancellationToken);
        var talk = Path.Combine(folder, "talk.wav");
        var pcm = VariedSpeech.Make(EmbeddedMinutes).ToPcm();
        var samples = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(pcm).ToArray();
        await SyntheticSpeech.WriteWavAsync(talk, samples, cancellationToken);
        var results = new List<BenchResult>();
        foreach (var silos in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            var settings = new Dictionary<string, string>
            {
                ["Speech__Embedded__Threads"] =
                    (Environment.ProcessorCount / silos).ToString(CultureInfo.InvariantCulture),
                ["Jobs__ChunkTarget"] = "00:01:00",
                ["Jobs__ChunkCutWindow"] = "00:00:10",
            };
            await using var cluster = await LocalCluster.StartAsync(
                new LocalClusterOptions { Silos = silos, Settings = settings }, cancellationToken);
            using var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
            var (seconds, _) = await MeasureAsync(user, [talk], cancellationToken);
            results.Add(new($"embedded_10min_{silos}_silos_s", seconds, Seconds));
        }

        results.Add(new("embedded_speedup", results[0].Value / results[^1].Value, "x"));
        return results;
    }
}
