using System.Collections.Immutable;
using Ax2.Captions;
using Ax2.Media;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// The work of <see cref="AudioCutterGrain"/>: pulls the decoded audio chunk by chunk straight into the object store,
/// so that a crash leaves nothing behind on the way.
/// </summary>
internal sealed class AudioCut(
    IObjectStore store, IAudioDecoder decoder, JobOptions options, Guid jobId, CutAudio command,
    ObservableValue<CutReport> report)
{
    /// <summary>
    /// Containers round durations and encoders pad: a file is cut off when more than this is missing.
    /// </summary>
    private const long TruncationToleranceMs = 2_000;

    /// <summary>Longer than any file, and far from overflow.</summary>
    private const long NoEndMs = long.MaxValue / 1000;

    private readonly TimeSpanMs _range = new(command.FromMs, command.UntilMs ?? NoEndMs);
    private ImmutableArray<ChunkSpan> _spans = [];
    private long _decodedMs;

    /// <summary>Runs to the end, and answers how it ended: done, or failed when the file cannot be cut.</summary>
    public async Task<CutReport> RunAsync(CancellationToken cancellationToken)
    {
        var refusal = await CutAsync(cancellationToken);
        return new CutReport(refusal is null ? WorkState.Done : WorkState.Failed, _spans, _decodedMs, refusal);
    }

    private async Task<Refusal?> CutAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var media = await store.OpenLocalAsync(command.ObjectKey, cancellationToken);
            await using var pcm = decoder.Open(media.Path, command.AudioStreamIndex, cancellationToken);
            return await CutAsync(pcm, cancellationToken);
        }
        catch (ObjectNotFoundException)
        {
            return new Refusal(MediaRefusals.UploadDeleted, "The file was deleted.");
        }
        catch (MediaException e)
        {
            return new Refusal(e.Code, e.Message);
        }
    }

    private async Task<Refusal?> CutAsync(Stream pcm, CancellationToken cancellationToken)
    {
        var lengths = new ChunkLengths(Ms(options.ChunkTarget), Ms(options.ChunkCutWindow));
        await using var audio = new ChunkedAudio(pcm, lengths, Ms(options.ChunkContext), _range, command.KnownSpans);
        for (var index = 0; ; index++)
        {
            if (index < command.KnownSpans.Length && await IsStoredAsync(index, cancellationToken))
            {
                audio.Skip();
                Add(command.KnownSpans[index], audio);
                continue;
            }

            if (!await audio.NextAsync(cancellationToken))
            {
                return CheckLength(audio);
            }

            await store.PutAsync(ChunkSpan.AudioKey(jobId, index), audio, cancellationToken);
            // The chunk that the file breaks off in is none.
            if (CheckLength(audio) is { } refusal)
            {
                return refusal;
            }

            Add(audio.Span, audio);
        }
    }

    private async Task<bool> IsStoredAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            await using var stored = await store.OpenReadAsync(ChunkSpan.AudioKey(jobId, index), cancellationToken);
            return true;
        }
        catch (ObjectNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The last chunk is not published alone: it comes with the end.</summary>
    private void Add(ChunkSpan span, ChunkedAudio audio)
    {
        (_spans, _decodedMs) = (_spans.Add(span), audio.DecodedMs);
        if (!audio.IsLast)
        {
            report.Change(before => before with { Spans = _spans, DecodedMs = _decodedMs });
        }
    }

    private Refusal? CheckLength(ChunkedAudio audio)
    {
        if (!audio.IsAtEnd)
        {
            return null;
        }

        var decodedMs = audio.DecodedMs;
        if (decodedMs <= command.FromMs)
        {
            return new Refusal(MediaRefusals.AudioEmpty, "The audio stream holds no sound.");
        }

        if (!command.KnownSpans.IsEmpty && decodedMs < command.KnownSpans[^1].EndMs)
        {
            return new Refusal(MediaRefusals.MediaUnreadable, "The file ends before audio that it had before.");
        }

        return decodedMs < Math.Min(command.AudioDurationMs - TruncationToleranceMs, _range.EndMs)
            ? new Refusal(
                MediaRefusals.MediaTruncated,
                $"The file ends after {decodedMs / 1000} s of the {command.AudioDurationMs / 1000} s it announces.",
                ImmutableDictionary<string, long>.Empty
                    .Add("decodedMs", decodedMs).Add("announcedMs", command.AudioDurationMs))
            : null;
    }

    private static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;
}
