using Ax2.Captions.Speech;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Remote;

public sealed class RemoteSpeechConformanceTests : SpeechRecognizerConformance, IAsyncLifetime
{
    private SpeechServer _server = null!;
    private RemoteEngine _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SpeechServer.StartAsync();
        _engine = new RemoteEngine(_server.Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _engine.Dispose();
        await _server.DisposeAsync();
    }

    protected override ValueTask<ISpeechRecognizer> OpenAsync() => ValueTask.FromResult(_engine.Recognizer);
}
