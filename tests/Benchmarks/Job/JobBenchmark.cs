using System.Diagnostics;
using Ax2.Benchmarks.Speech;
using Ax2.Local.Client;
using Ax2.TestKit;

namespace Ax2.Benchmarks.Job;

/// <summary>
/// A whole job, from the request to the event that says done, against the engine by itself on the same sound and as many
/// threads, turn by turn. Then the silo's memory: one short job and one long one, each on a fresh stack.
/// </summary>
internal static class JobBenchmark
{
    private const int Rounds = 5;
    private const int QuickRounds = 3;
    private const int Minutes = 10;
    private const int LongTimes = 12;
    private const string Seconds = "s";
    private const string Megabytes = "MB";

    /// <param name="isQuick">Fewer rounds, and without the long video.</param>
    public static async Task<BenchReport> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ax2-bench-");
        try
        {
            OpenToPostgres(folder);
            var video = await BenchVideo.MakeAsync(folder.FullName, Minutes, cancellationToken);
            List<BenchResult> results = [];
            var peak = await MeasureShortAsync(video, isQuick ? QuickRounds : Rounds, results, cancellationToken);
            if (!isQuick)
            {
                await MeasureLongAsync(video, peak, results, cancellationToken);
            }
            return new BenchReport("job", results);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <returns>The silo's peak after the first job.</returns>
    private static async Task<double> MeasureShortAsync(
        FileInfo video, int rounds, List<BenchResult> results, CancellationToken cancellationToken)
    {
        var pcm = await BenchVideo.DecodeAsync(video, cancellationToken);
        using var engine = BenchEngine.Open(await Prepared.SpeechModelsAsync(cancellationToken), threads: 0);
        await using var stack = await BenchStack.StartAsync(video.DirectoryName!, cancellationToken);
        using var api = await stack.SignUpAsync(cancellationToken);
        var (upload, uploadSeconds) = await UploadAsync(api, video, cancellationToken);
        var (jobs, engines, peaks) = (new List<JobTimes>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            jobs.Add(await JobTimes.MeasureAsync(api, upload, cancellationToken));
            peaks.Add(stack.SiloPeakMegabytes());
            var clock = Stopwatch.StartNew();
            await BenchEngine.RecognizeAsync(engine, pcm, cancellationToken);
            engines.Add(clock.Elapsed.TotalSeconds);
        }
        var jobSeconds = Statistics.Median(jobs.Select(job => job.Total));
        var engineSeconds = Statistics.Median(engines);
        results.AddRange(
        [
            new("job_overhead", jobSeconds / engineSeconds, "x", "<= 1.15"),
            new("caption_10min_wall_s", jobSeconds, Seconds),
            new("caption_10min_first_wall_s", jobs[0].Total, Seconds),
            new("engine_10min_wall_s", engineSeconds, Seconds),
            new("upload_10min_wall_s", uploadSeconds, Seconds),
            new("job_before_speech_s", Statistics.Median(jobs.Select(job => job.BeforeSpeech)), Seconds),
            new("job_speech_s", Statistics.Median(jobs.Select(job => job.Speech)), Seconds),
            new("job_after_speech_s", Statistics.Median(jobs.Select(job => job.AfterSpeech)), Seconds),
            new("peak_rss_mb", peaks[^1], Megabytes),
            new("peak_rss_first_job_mb", peaks[0], Megabytes),
        ]);
        return peaks[0];
    }

    private static async Task MeasureLongAsync(
        FileInfo video, double shortPeak, List<BenchResult> results, CancellationToken cancellationToken)
    {
        var longVideo = await BenchVideo.RepeatAsync(video, LongTimes, cancellationToken);
        await using var stack = await BenchStack.StartAsync(video.DirectoryName!, cancellationToken);
        using var api = await stack.SignUpAsync(cancellationToken);
        var (upload, uploadSeconds) = await UploadAsync(api, longVideo, cancellationToken);
        var job = await JobTimes.MeasureAsync(api, upload, cancellationToken);
        var peak = stack.SiloPeakMegabytes();
        results.AddRange(
        [
            new("peak_rss_2h_mb", peak, Megabytes),
            new("peak_rss_ratio", peak / shortPeak, "x", "<= 1.10"),
            new("caption_2h_wall_s", job.Total, Seconds),
            new("upload_2h_wall_s", uploadSeconds, Seconds),
        ]);
    }

    private static async Task<(Guid Id, double Seconds)> UploadAsync(
        ApiClient api, FileInfo video, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var memory = new UploadMemory(Path.Combine(video.DirectoryName!, "uploads"), api.Origin.ToString(), video);
        var upload = await new FileUploader(api).SendAsync(video, memory, new Progress<long>(), cancellationToken);
        return (upload.Id, clock.Elapsed.TotalSeconds);
    }

    /// <summary>PostgreSQL runs as another user when this runs as root, and must reach its data.</summary>
    private static void OpenToPostgres(DirectoryInfo folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        }
    }
}
