using System.Collections.Concurrent;
using Ax2.Captions.Speech;
using Ax2.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ax2.Tests.Providers.Speech.Remote;

/// <summary>The engine as the silo registers it, and all that it logs.</summary>
internal sealed class RemoteEngine : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly LogLines _log = new();

    public RemoteEngine(string endpoint, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
        _services = services.AddRemoteSpeech(Configuration(endpoint, settings)).BuildServiceProvider();
        Recognizer = _services.GetRequiredService<ISpeechRecognizer>();
    }

    public ISpeechRecognizer Recognizer { get; }

    /// <summary>Level, event id, message and exception of each entry.</summary>
    public ConcurrentQueue<string> Log => _log.Lines;

    public static IConfiguration Configuration(string endpoint, params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("Speech:Remote:Endpoint", endpoint),
                new("Speech:Remote:Model", "whisper-1"),
                new("Speech:Remote:Languages:0", "en"),
                new("Speech:Remote:Languages:1", "ko-KR"),
                new("Speech:Remote:MaxRequestSeconds", "10"),
            ])
            .AddInMemoryCollection(
                settings.Select(s => KeyValuePair.Create($"Speech:Remote:{s.Key}", (string?)s.Value)))
            .Build();

    public void Dispose() => _services.Dispose();
}
