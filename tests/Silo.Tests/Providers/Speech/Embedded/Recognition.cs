using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

/// <summary>What a recogniser made of a stream.</summary>
internal sealed record Recognition(IReadOnlyList<SpeechSegment> Segments, IReadOnlyList<long> ProgressMs)
{
    public string Text => string.Join(' ', Segments.SelectMany(segment => segment.Words).Select(word => word.Text));

    public static async Task<Recognition> OfAsync(EmbeddedEngine engine, Stream pcm)
    {
        var progress = new Progress();
        var segments = new List<SpeechSegment>();
        await foreach (var segment in Start(engine, pcm, progress, TestContext.Current.CancellationToken))
        {
            segments.Add(segment);
        }
        return new Recognition(segments, progress.Reports);
    }

    public static Task<Recognition> OfAsync(EmbeddedEngine engine, byte[] pcm) =>
        OfAsync(engine, new MemoryStream(pcm, writable: false));

    public static IAsyncEnumerable<SpeechSegment> Start(
        EmbeddedEngine engine, Stream pcm, IProgress<long>? progress, CancellationToken cancellationToken) =>
        new EmbeddedSpeechRecognizer(engine)
            .RecognizeAsync(pcm, new SpeechRequest("test", "en"), progress, cancellationToken);

    private sealed class Progress : IProgress<long>
    {
        public List<long> Reports { get; } = [];

        public void Report(long value) => Reports.Add(value);
    }
}
