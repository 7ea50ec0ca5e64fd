using Ax2.Captions.Speech;
using Ax2.TestKit.Speech;
using Ax2.Tests.Providers.Speech.Remote;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Ax2.Tests.Providers.Speech;

public sealed class SpeechStartTests
{
    [Fact]
    public void Open_NoEngine_RefusesAndNamesTheSettings()
    {
        using var host = Host();

        var failure = Assert.Throws<RefusedStartException>(host.OpenSpeechEngines);

        Assert.Contains("Speech:Embedded:ModelFolder", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Speech:Remote:Endpoint", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_PreferredIsNotThere_RefusesAndNamesThoseThatAre()
    {
        using var host = Host("embedded", isThere: true);

        var failure = Assert.Throws<RefusedStartException>(host.OpenSpeechEngines);

        Assert.Contains("'embedded'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("scripted and remote", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "scripted")]
    [InlineData("scripted", "scripted")]
    [InlineData("remote", "remote")]
    public void Find_NoEngineNamed_TakesThePreferred(string preferred, string expected)
    {
        using var host = Host(preferred, isThere: true);
        host.OpenSpeechEngines();
        var engines = host.Services.GetRequiredService<SpeechEngines>();

        Assert.Equal(expected, engines.Find("en", null)?.Engine);
        Assert.Equal("scripted", engines.Find("en", "scripted")?.Engine);
        Assert.Equal("remote", engines.Find("ko-KR", null)?.Engine);
        Assert.Null(engines.Find("ko-KR", "scripted"));
    }

    private static IHost Host(string preferred = "", bool isThere = false)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddTransient<SpeechEngines>();
        builder.Services.Configure<SpeechOptions>(options => options.Preferred = preferred);
        if (isThere)
        {
            builder.Services.AddSingleton<ISpeechRecognizer, ScriptedRecognizer>();
        }
        builder.Services.AddEmbeddedSpeech(RemoteEngine.Configuration(""));
        builder.Services.AddRemoteSpeech(RemoteEngine.Configuration(isThere ? "http://127.0.0.1:1" : ""));
        return builder.Build();
    }
}
