using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

/// <summary>
/// Speech recognition by a server. One request after the other for a stream: the engine's speed comes from the many
/// streams of a job's chunks. It never tries again; whoever asked decides that by the fault's kind.
/// </summary>
internal sealed partial class RemoteSpeechRecognizer(
    TranscriptionClient client, IOptions<RemoteSpeechOptions> options, ILogger<RemoteSpeechRecognizer> log)
    : ISpeechRecognizer
{
    /// <summary>Vendors refuse shorter audio, and no word is as short.</summary>
    private const int LeastAudioMs = 100;

    public string Engine => "remote";

    public IReadOnlySet<string> Languages { get; } =
        options.Value.Languages.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);

    public async IAsyncEnumerable<SpeechSegment> RecognizeAsync(
        Stream pcm,
        SpeechRequest request,
        IProgress<long>? processedMs,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = new AudioParts(pcm, options.Value.MaxRequestSeconds);
        AudioPart part;
        do
        {
            // Copying, parsing and aligning are done off the caller's scheduler.
            part = await Task.Run(() => parts.NextAsync(cancellationToken), cancellationToken);
            var segments = await Task.Run(
                () => RecognisePartAsync(part, request, cancellationToken), cancellationToken);
            foreach (var segment in segments)
            {
                yield return segment;
            }
            processedMs?.Report(part.EndMs);
        }
        while (!part.IsLast);
    }

    private async Task<ImmutableArray<SpeechSegment>> RecognisePartAsync(
        AudioPart part, SpeechRequest request, CancellationToken cancellationToken)
    {
        if (part.DurationMs < LeastAudioMs)
        {
            return [];
        }
        var answer = await client.TranscribeAsync(part, request, cancellationToken);
        var recognised = TranscriptionReader.Read(answer, part.DurationMs);
        if (recognised.SegmentsDropped > 0)
        {
            LogSilence(request.OperationId, part.Number, recognised.SegmentsDropped);
        }
        return [.. recognised.Segments.Select(segment => Shifted(segment, part.StartMs))];
    }

    private static SpeechSegment Shifted(SpeechSegment segment, long byMs) => new(
        segment.StartMs + byMs,
        segment.EndMs + byMs,
        [.. segment.Words.Select(word => word with { StartMs = word.StartMs + byMs, EndMs = word.EndMs + byMs })]);

    [LoggerMessage(2401, LogLevel.Information,
        "Operation {OperationId}, request {Number}: {Count} segments were left out, because the speech server itself "
        + "takes them for silence.")]
    private partial void LogSilence(string operationId, int number, int count);
}
