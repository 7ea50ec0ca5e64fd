using Ax2.Captions.Speech;
using Microsoft.Extensions.Options;

namespace Ax2.Benchmarks.Speech;

/// <summary>The embedded engine by itself, in this process.</summary>
internal static class BenchEngine
{
    /// <param name="threads">Zero: one for each processor, as in the product.</param>
    public static EmbeddedEngine Open(string models, int threads) =>
        new(Options.Create(new EmbeddedSpeechOptions { ModelFolder = models, Threads = threads }));

    public static async Task<string> RecognizeAsync(
        EmbeddedEngine engine, byte[] pcm, CancellationToken cancellationToken)
    {
        var words = new List<string>();
        var request = new SpeechRequest("bench", "en");
        await foreach (var segment in new EmbeddedSpeechRecognizer(engine)
            .RecognizeAsync(new MemoryStream(pcm), request, null, cancellationToken))
        {
            words.AddRange(segment.Words.Select(word => word.Text));
        }
        return string.Join(' ', words);
    }
}
