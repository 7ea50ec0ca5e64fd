using System.Diagnostics;
using Ax2.Local.Client;

namespace Ax2.Benchmarks.Job;

/// <summary>One job's seconds as its client saw them.</summary>
/// <param name="BeforeSpeech">From the request until speech was being recognised.</param>
/// <param name="AfterSpeech">From the last word to the end.</param>
internal sealed record JobTimes(double BeforeSpeech, double Speech, double AfterSpeech)
{
    public double Total => BeforeSpeech + Speech + AfterSpeech;

    /// <summary>Starts a job and follows its events to its end.</summary>
    public static async Task<JobTimes> MeasureAsync(ApiClient api, Guid uploadId, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var (began, ended) = (0.0, 0.0);
        var job = await api.StartJobAsync(uploadId, "en", $"{Guid.CreateVersion7()}", cancellationToken);
        await foreach (var seen in new JobWatcher(api, TimeProvider.System).WatchAsync(job.Id, cancellationToken))
        {
            job = seen;
            var now = clock.Elapsed.TotalSeconds;
            began = began == 0 && job.Stage is not ("accepted" or "reserved") ? now : began;
            ended = job.Stage is "accepted" or "reserved" or "transcribing" || ended > 0 ? ended : now;
        }
        var total = clock.Elapsed.TotalSeconds;
        return job is { Stage: "done" } && job.Tracks.Sum(track => track.CueCount) > 0
            ? new JobTimes(began, ended - began, total - ended)
            : throw new InvalidOperationException($"The job ended as {job.Stage}: {job.Error?.Message ?? "no cues"}.");
    }
}
