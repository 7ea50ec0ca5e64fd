namespace Ax2.Local.Client;

/// <summary>What came of one file.</summary>
internal sealed record CaptionResult(
    string File,
    Guid JobId,
    Uri Page,
    int Cues,
    double AudioSeconds,
    double WallSeconds,
    long CreditsCharged,
    IReadOnlyList<string> Written);

/// <summary>
/// Takes files through the service: upload, quote, job, captions. What comes to nothing leaves no upload.
/// </summary>
internal sealed class CaptionRun(ApiClient api, ProgressDisplay display, TimeProvider time)
{
    private static readonly string[] Formats = ["srt", "vtt"];
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(10);

    /// <param name="memory">Of this file's upload.</param>
    public async Task<CaptionResult> RunAsync(
        CaptionTarget target, UploadMemory memory, string language, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var size = target.File.Length;
        var sent = new SynchronousProgress(bytes => display.Show(
            $"uploading {bytes * 10 / Math.Max(1, size)}", ProgressLine.OfUpload(bytes, size)));
        var upload = await new FileUploader(api).SendAsync(target.File, memory, sent, cancellationToken);
        var job = await StartJobAsync(upload.Id, memory, language, cancellationToken);
        job = await FollowAsync(job, upload.Id, cancellationToken);
        // What there is of a partial job is written; its upload stays for a retry.
        if (job.Stage is not ("done" or "partial"))
        {
            await api.DeleteUploadAsync(upload.Id, cancellationToken);
            throw new ApiException(200, job.Error?.Code ?? job.Stage, job.Error?.Message ?? $"the job was {job.Stage}");
        }
        var written = await WriteAsync(target, job, cancellationToken);
        return new CaptionResult(
            target.File.FullName,
            job.Id,
            new Uri(api.Origin, $"/jobs/{job.Id}"),
            job.Tracks.Sum(track => track.CueCount),
            job.Progress.MediaDurationMs / 1000.0,
            Math.Round(time.GetElapsedTime(since).TotalSeconds, 3),
            job.Credits.Charged,
            written);
    }

    private async Task<Job> StartJobAsync(
        Guid uploadId, UploadMemory memory, string language, CancellationToken cancellationToken)
    {
        try
        {
            var quote = await api.GetQuoteAsync(uploadId, language, cancellationToken);
            if (quote.ShortfallCredits > 0)
            {
                throw new ApiException(402, "credits_insufficient",
                    $"this needs {quote.TotalCredits} credits and {quote.AvailableCredits} are available: "
                    + $"{quote.ShortfallCredits} short");
            }
            // One key for one upload: whatever breaks here, a repeat is the same job. An interruption must not come
            // between the job's start and knowing its id: it could not be cancelled.
            var job = await api.StartJobAsync(
                uploadId, language, $"caption-{uploadId}-{language}", CancellationToken.None);
            memory.Forget();
            return job;
        }
        catch (ApiException refused) when (refused.Status is >= 400 and < 500)
        {
            memory.Forget();
            await api.DeleteUploadAsync(uploadId, cancellationToken);
            throw;
        }
    }

    /// <summary>To the job's end; an interruption cancels it.</summary>
    private async Task<Job> FollowAsync(Job job, Guid uploadId, CancellationToken cancellationToken)
    {
        try
        {
            display.Show(job);
            await foreach (var seen in new JobWatcher(api, time).WatchAsync(job.Id, cancellationToken))
            {
                job = seen;
                display.Show(job);
            }
            return job;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            using var timeout = new CancellationTokenSource(CancelTimeout, time);
            await api.CancelJobAsync(job.Id, timeout.Token);
            await api.DeleteUploadAsync(uploadId, timeout.Token);
            throw;
        }
    }

    private async Task<IReadOnlyList<string>> WriteAsync(
        CaptionTarget target, Job job, CancellationToken cancellationToken)
    {
        List<string> written = [];
        foreach (var track in job.Tracks)
        {
            foreach (var format in Formats)
            {
                var content = await api.GetCaptionsAsync(job.Id, track.Language, format, cancellationToken);
                var path = target.PathOf(track.Language, format);
                AtomicFile.Write(path, content);
                written.Add(path);
            }
        }
        return written;
    }

    /// <summary>Unlike <see cref="Progress{T}"/> it reports in order, before the work goes on.</summary>
    private sealed class SynchronousProgress(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
