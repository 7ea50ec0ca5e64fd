using System.Collections.Immutable;
using Ax2.Captions.Speech;
using Ax2.Media;

namespace Ax2.Jobs.Chunks;

/// <summary>One attempt at a chunk's words: the work of <see cref="CaptionChunkGrain"/>.</summary>
internal sealed class ChunkRecognition(IObjectStore store, SpeechEngines engines, Guid jobId, BeginChunk command)
    : IProgress<long>
{
    private readonly ChunkSpan _span = command.Span;

    /// <summary>Called with how much of the span is recognised. On any thread.</summary>
    public required Action<long> Processed { get; init; }

    public async Task<ChunkResult> RunAsync(int attempt, CancellationToken cancellationToken)
    {
        var recognizer = engines.Find(command.Language, command.Engine)
            ?? throw new EngineMissingException(command.Language, command.Engine);
        // The same in every attempt: a provider that takes keys does and charges the work once.
        var request = new SpeechRequest($"{jobId}/chunks/{_span.Index}", command.Language);
        await using var pcm = await OpenAudioAsync(cancellationToken);
        await using var meter = new QuietMeter(pcm, _span.AudioStartMs);
        var segments = ImmutableArray.CreateBuilder<SpeechSegment>();
        await foreach (var segment in recognizer.RecognizeAsync(meter, request, this, cancellationToken))
        {
            segments.Add(Shifted(segment));
        }

        if (meter.ReadBytes != (_span.AudioEndMs - _span.AudioStartMs) * PcmFormat.BytesPerMs)
        {
            // The cutter writes only what is not there.
            await store.DeleteAsync(AudioKey, cancellationToken);
            throw new AudioLostException($"{meter.ReadBytes} bytes of audio are not {_span}.");
        }

        return new ChunkResult(
            _span, attempt, recognizer.Engine, segments.DrainToImmutable(), meter.QuietWithin(_span));
    }

    private string AudioKey => ChunkSpan.AudioKey(jobId, _span.Index);

    private async Task<Stream> OpenAudioAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenReadAsync(AudioKey, cancellationToken);
        }
        catch (ObjectNotFoundException lost)
        {
            throw new AudioLostException(lost.Message);
        }
    }

    void IProgress<long>.Report(long value) => Processed(
        Math.Clamp(_span.AudioStartMs + value, _span.StartMs, _span.EndMs) - _span.StartMs);

    /// <summary>From the time of the chunk's audio to that of the file.</summary>
    private SpeechSegment Shifted(SpeechSegment segment)
    {
        var byMs = _span.AudioStartMs;
        return new SpeechSegment(
            segment.StartMs + byMs,
            segment.EndMs + byMs,
            [.. segment.Words.Select(
                word => word with { StartMs = word.StartMs + byMs, EndMs = word.EndMs + byMs })]);
    }
}
