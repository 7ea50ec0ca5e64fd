using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.TestKit.Speech;

/// <summary>What a recogniser made of a stream.</summary>
public sealed record Recognition(IReadOnlyList<SpeechSegment> Segments, IReadOnlyList<long> ProgressMs)
{
    public string Text => string.Join(' ', Segments.SelectMany(segment => segment.Words).Select(word => word.Text));

    public static async Task<Recognition> OfAsync(ISpeechRecognizer recognizer, Stream pcm)
    {
        var progress = new Progress();
        var segments = new List<SpeechSegment>();
        await foreach (var segment in Start(recognizer, pcm, progress, TestContext.Current.CancellationToken))
        {
            segments.Add(segment);
        }
        return new Recognition(segments, progress.Reports);
    }

    public static Task<Recognition> OfAsync(ISpeechRecognizer recognizer, byte[] pcm) =>
        OfAsync(recognizer, new MemoryStream(pcm, writable: false));

    public static IAsyncEnumerable<SpeechSegment> Start(
        ISpeechRecognizer recognizer, Stream pcm, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recognizer);
        return recognizer.RecognizeAsync(
            pcm, new SpeechRequest("test", recognizer.Languages.First()), progress, cancellationToken);
    }

    private sealed class Progress : IProgress<long>
    {
        public List<long> Reports { get; } = [];

        public void Report(long value) => Reports.Add(value);
    }
}
