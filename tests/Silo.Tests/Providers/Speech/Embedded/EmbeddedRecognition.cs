using Ax2.Captions.Speech;
using Ax2.TestKit.Speech;

namespace Ax2.Tests.Providers.Speech.Embedded;

internal static class EmbeddedRecognition
{
    extension(Recognition)
    {
        public static Task<Recognition> OfAsync(EmbeddedEngine engine, Stream pcm) =>
            Recognition.OfAsync(new EmbeddedSpeechRecognizer(engine), pcm);

        public static Task<Recognition> OfAsync(EmbeddedEngine engine, byte[] pcm) =>
            Recognition.OfAsync(new EmbeddedSpeechRecognizer(engine), pcm);

        public static IAsyncEnumerable<SpeechSegment> Start(
            EmbeddedEngine engine, Stream pcm, IProgress<long>? progress, CancellationToken cancellationToken) =>
            Recognition.Start(new EmbeddedSpeechRecognizer(engine), pcm, progress, cancellationToken);
    }
}
