using Ax2.Captions.Speech;
using Ax2.TestKit;
using Microsoft.Extensions.Options;
using Xunit;

[assembly: AssemblyFixture(typeof(Ax2.Tests.Providers.Speech.Embedded.EngineFixture))]

namespace Ax2.Tests.Providers.Speech.Embedded;

/// <summary>One engine for all tests that need the models, opened by the first.</summary>
public sealed class EngineFixture : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private EmbeddedEngine? _engine;

    internal async Task<EmbeddedEngine> EngineAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return _engine ??= await OpenAsync(new EmbeddedSpeechOptions { Threads = 2, WindowSeconds = 10 });
        }
        finally
        {
            _opening.Release();
        }
    }

    internal static async Task<EmbeddedEngine> OpenAsync(EmbeddedSpeechOptions options)
    {
        options.ModelFolder = await Prepared.SpeechModelsAsync(TestContext.Current.CancellationToken);
        return new EmbeddedEngine(Options.Create(options));
    }

    public ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        _opening.Dispose();
        return ValueTask.CompletedTask;
    }
}
