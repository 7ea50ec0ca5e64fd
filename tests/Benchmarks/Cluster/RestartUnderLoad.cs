using System.Diagnostics;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Cluster;

/// <summary>
/// How long the API is away when it is killed and started again while the engines of all silos want every processor:
/// from the kill to the answer to a signed-in user. And what a user waits for a tiny file then.
/// </summary>
internal static class RestartUnderLoad
{
    private const int Silos = 3;
    private const int Rounds = 5;
    private const int TinySeconds = 2;
    private const string Seconds = "s";

    public static async Task<BenchReport> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Silos = Silos, Settings = EngineLoad.Settings }, cancellationToken);
        return new BenchReport("restart", await MeasureAsync(cluster, isQuick ? 1 : Rounds, cancellationToken));
    }

    /// <summary>The first API of the cluster is killed twice as often as <paramref name="rounds"/> says.</summary>
    /// <param name="cluster">Idle, with <see cref="EngineLoad.Settings"/>, its speech recognised by the engine.</param>
    public static async Task<IReadOnlyList<BenchResult>> MeasureAsync(
        LocalCluster cluster, int rounds, CancellationToken cancellationToken)
    {
        var tiny = Path.Combine(cluster.Folder, "tiny.wav");
        await SyntheticSpeech.WriteWavAsync(tiny, SyntheticSpeech.Make(TinySeconds, seed: 3), cancellationToken);
        using var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
        // The first one compiles what it runs.
        var known = await user.UploadAsync(tiny, cancellationToken);
        var (restartsIdle, uploadsIdle) = await TimeAsync(cluster, user, (tiny, known), rounds, cancellationToken);
        await using var load = await EngineLoad.StartAsync(cluster, cancellationToken);
        var before = Processors.Read();
        var (restarts, uploads) = await TimeAsync(cluster, user, (tiny, known), rounds, cancellationToken);
        return
        [
            new("restart_under_load_s", Statistics.Median(restarts), Seconds, "<= 6"),
            new("restart_under_load_max_s", restarts.Max(), Seconds),
            new("restart_idle_s", Statistics.Median(restartsIdle), Seconds),
            new("tiny_upload_under_load_s", Statistics.Median(uploads), Seconds, "<= 5"),
            new("tiny_upload_under_load_max_s", uploads.Max(), Seconds),
            new("tiny_upload_idle_s", Statistics.Median(uploadsIdle), Seconds),
            new("processors_busy", Processors.Busy(before, Processors.Read()), "of 1", Processors.IsFull),
        ];
    }

    private static async Task<(List<double> Restarts, List<double> Uploads)> TimeAsync(
        LocalCluster cluster,
        BenchUser user,
        (string Path, Guid Upload) tiny,
        int rounds,
        CancellationToken cancellationToken)
    {
        var (restarts, uploads) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await cluster.Apis[0].KillAsync(cancellationToken);
            await cluster.Apis[0].StartAsync(cancellationToken);
            await user.Api.GetUploadAsync(tiny.Upload, cancellationToken);
            restarts.Add(clock.Elapsed.TotalSeconds);
            clock.Restart();
            await user.UploadAsync(tiny.Path, cancellationToken);
            uploads.Add(clock.Elapsed.TotalSeconds);
        }

        return (restarts, uploads);
    }
}
