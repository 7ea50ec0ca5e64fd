using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Ax2.Media;

/// <summary>
/// Checks, joins and probes the parts of one upload, beside the grain's calls: no call lasts as long as a large file
/// takes. At most one runs, and whoever asks joins it. To be used on the grain's scheduler only.
/// </summary>
/// <param name="conclude">Stores what the probe found. Idempotent: a crash may repeat it.</param>
[SuppressMessage(
    "Design", "CA1001", Justification = "A source without a timer, whose handle nobody asks for, holds nothing.")]
internal sealed partial class UploadCompletion(
    Guid uploadId,
    StoredState<StoredUpload> state,
    IObjectStore store,
    IMediaProbe probe,
    Func<ProbeAnswer, Task> conclude,
    UploadOptions options,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>How long one call waits. Less than a client's limit for a call.</summary>
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();

    private Task<Refusal?>? _work;

    public bool IsRunning => _work is { IsCompleted: false };

    private StoredUpload Upload => state.Value;

    public void Begin(ImmutableArray<PartChecksum> checksums)
    {
        if (!IsRunning && !_stop.IsCancellationRequested)
        {
            _work = RunAsync(checksums);
        }
    }

    /// <summary>
    /// Begins it or joins it, and waits some seconds for its end. Answers why parts are missing; null when it has
    /// succeeded, was stopped or still runs. Its fault goes to those who wait; whoever asks later begins it anew.
    /// </summary>
    public async Task<Refusal?> WaitAsync(ImmutableArray<PartChecksum> checksums)
    {
        Begin(checksums);
        if (_work is not { } work)
        {
            return null;
        }

        try
        {
            return await work.WaitAsync(WatchTimeout, time);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            return null;
        }
    }

    /// <summary>Ends it, for good. It has ended when this returns.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (_work is { } work)
        {
            await ((Task)work).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task<Refusal?> RunAsync(ImmutableArray<PartChecksum> checksums)
    {
        try
        {
            return await CompleteAsync(checksums, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            // Those who asked may all have left.
            LogFailed(uploadId, e);
            throw;
        }
    }

    private async Task<Refusal?> CompleteAsync(
        ImmutableArray<PartChecksum> checksums, CancellationToken cancellationToken)
    {
        var key = UploadPlan.ObjectKey(Upload.Command!.WorkspaceId, uploadId);
        if (Upload.Joining.IsEmpty)
        {
            var parts = await store.ListPartsAsync(key, Upload.MultipartId, cancellationToken);
            if (UploadPlan.Check(Upload.Command.SizeBytes, Upload.PartSizeBytes, parts, checksums) is { } missing)
            {
                return missing;
            }

            // From here on a new activation goes on by itself.
            if ((await state.UpdateAsync(upload => upload.Join(parts))).State != UploadState.Open)
            {
                return null;
            }
        }

        await store.CompleteMultipartAsync(key, Upload.MultipartId, Upload.Joining, cancellationToken);
        await conclude(await ProbeAsync(key, cancellationToken));
        return null;
    }

    private async Task<ProbeAnswer> ProbeAsync(string key, CancellationToken cancellationToken)
    {
        await using var file = await store.OpenLocalAsync(key, cancellationToken);
        var answer = await probe.ProbeAsync(file.Path, cancellationToken);
        var max = options.MaxMediaDuration;
        return answer.Media is { } media && media.DurationMs > max.TotalMilliseconds
            ? new ProbeAnswer(null, new Refusal(
                MediaRefusals.MediaTooLong,
                $"The media is {media.DurationMs / 1000} s long; at most {max.TotalSeconds:0} s are accepted.",
                ImmutableDictionary<string, long>.Empty
                    .Add("durationMs", media.DurationMs).Add("maxDurationMs", (long)max.TotalMilliseconds)))
            : answer;
    }

    [LoggerMessage(2150, LogLevel.Warning, "Upload {UploadId} could not be completed; a repeated call begins anew.")]
    private partial void LogFailed(Guid uploadId, Exception exception);
}
