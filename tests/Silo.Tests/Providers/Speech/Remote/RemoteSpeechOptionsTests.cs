using Ax2.Captions.Speech;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Remote;

public sealed class RemoteSpeechOptionsTests
{
    private const string Https = "https://speech.example";

    [Fact]
    public void AddRemoteSpeech_NoEndpoint_AddsNoEngine()
    {
        using var services = new ServiceCollection()
            .AddRemoteSpeech(RemoteEngine.Configuration("")).BuildServiceProvider();

        Assert.Empty(services.GetServices<ISpeechRecognizer>());
    }

    [Fact]
    public void AddRemoteSpeech_Endpoint_AddsAnEngineForTheLanguages()
    {
        using var engine = new RemoteEngine(Https);

        Assert.Equal("remote", engine.Recognizer.Engine);
        Assert.Equal(["en", "ko-KR"], engine.Recognizer.Languages.Order());
        Assert.Contains("KO-kr", engine.Recognizer.Languages);
    }

    [Theory]
    [InlineData("http://speech.example", "must be https")]
    [InlineData("https://name:word@speech.example", "plain address")]
    [InlineData("https://speech.example?key=word", "plain address")]
    [InlineData("ftp://speech.example", "http or https")]
    [InlineData("speech.example", "http or https")]
    public void Validate_EndpointThatWouldBetrayTheKey_IsRefused(string endpoint, string reason)
    {
        using var file = new KeyFile("key");

        var fault = Fault(endpoint, ("ApiKeyFile", file.Path));

        Assert.Contains("Speech:Remote:Endpoint", fault, StringComparison.Ordinal);
        Assert.Contains(reason, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("word", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080/whisper/")]
    [InlineData(Https)]
    public void Validate_KeyToLoopbackOrByHttps_IsFine(string endpoint)
    {
        using var file = new KeyFile(" key\n");

        var options = Options(endpoint, ("ApiKeyFile", file.Path));

        Assert.Equal("key", options.ReadKey());
        Assert.Equal(endpoint.TrimEnd('/') + "/v1/audio/transcriptions", options.Url.ToString());
    }

    [Fact]
    public void Validate_PlainHttpWithoutKey_IsFine() => Options("http://whisper.internal:8000");

    [Theory]
    [InlineData("")]
    [InlineData("two keys")]
    [InlineData("two\nkeys")]
    [InlineData("schlüssel")]
    public void Validate_FileWithoutAKey_IsRefusedWithoutQuotingIt(string content)
    {
        using var file = new KeyFile(content);

        var fault = Fault(Https, ("ApiKeyFile", file.Path));

        Assert.Contains("does not hold one key", fault, StringComparison.Ordinal);
        Assert.True(content.Length == 0 || !fault.Contains(content, StringComparison.Ordinal));
    }

    [Fact]
    public void Validate_NoKeyFile_NamesIt() =>
        Assert.Contains("/no/such/key", Fault(Https, ("ApiKeyFile", "/no/such/key")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Model", " ")]
    [InlineData("Languages:0", "English")]
    [InlineData("Timeout", "-00:00:01")]
    [InlineData("MaxRequestSeconds", "0")]
    [InlineData("MaxRequestSeconds", "781")]
    [InlineData("MaxConcurrentRequests", "-1")]
    [InlineData("MaxAnswerBytes", "0")]
    public void Validate_BadSetting_NamesIt(string setting, string value) => Assert.Contains(
        $"Speech:Remote:{setting.Split(':')[0]}", Fault(Https, (setting, value)), StringComparison.Ordinal);

    private static string Fault(string endpoint, params (string Key, string Value)[] settings) =>
        Assert.Throws<OptionsValidationException>(() => Options(endpoint, settings)).Message;

    private static RemoteSpeechOptions Options(string endpoint, params (string Key, string Value)[] settings)
    {
        using var services = new ServiceCollection()
            .AddRemoteSpeech(RemoteEngine.Configuration(endpoint, settings)).BuildServiceProvider();
        return services.GetRequiredService<IOptions<RemoteSpeechOptions>>().Value;
    }
}
