using Ax2.Captions.Speech;
using Ax2.TestKit;
using Ax2.TestKit.Speech;

namespace Ax2.Tests.Providers.Speech.Embedded;

[NeedsProcesses]
public sealed class EmbeddedSpeechConformanceTests(EngineFixture fixture) : SpeechRecognizerConformance
{
    protected override async ValueTask<ISpeechRecognizer> OpenAsync() =>
        new EmbeddedSpeechRecognizer(await fixture.EngineAsync());
}
