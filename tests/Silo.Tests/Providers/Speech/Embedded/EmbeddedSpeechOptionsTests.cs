using Ax2.Captions.Speech;
using Ax2.TestKit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

[NeedsProcesses]
public sealed class EmbeddedSpeechOptionsTests
{
    [Fact]
    public void Validate_ModelsMissing_SaysHowToGetThem()
    {
        var failure = Assert.Throws<OptionsValidationException>(
            () => Options(("ModelFolder", Path.Combine(Path.GetTempPath(), "no-such-models"))));

        Assert.Contains("./ax2 setup", failure.Message, StringComparison.Ordinal);
        Assert.Contains("silero_vad_v6.onnx", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddEmbeddedSpeech_NoFolder_AddsNoEngine()
    {
        using var services = Services(("ModelFolder", ""));

        Assert.Empty(services.GetServices<ISpeechRecognizer>());
    }

    [Theory]
    [InlineData("Threads", "-1")]
    [InlineData("BatchRows", "0")]
    [InlineData("BatchSeconds", "19")]
    [InlineData("WindowSeconds", "0")]
    [InlineData("MaxPhraseSeconds", "31")]
    public void Validate_LimitOutOfRange_NamesTheSetting(string setting, string value) => Assert.Contains(
        $"Speech:Embedded:{setting} is {value}",
        Assert.Throws<OptionsValidationException>(
            () => Options(("ModelFolder", "no-such-models"), (setting, value))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task AddEmbeddedSpeech_WithModels_MakesItTheRecognizer()
    {
        var models = await Prepared(TestContext.Current.CancellationToken);
        using var services = Services(("ModelFolder", models), ("Threads", "1"));

        Assert.Contains("en", services.GetRequiredService<ISpeechRecognizer>().Languages);
    }

    private static Task<string> Prepared(CancellationToken cancellationToken) =>
        TestKit.Prepared.SpeechModelsAsync(cancellationToken);

    private static EmbeddedSpeechOptions Options(params (string Key, string Value)[] settings)
    {
        using var services = Services(settings);
        return services.GetRequiredService<IOptions<EmbeddedSpeechOptions>>().Value;
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting =>
            KeyValuePair.Create($"Speech:Embedded:{setting.Key}", (string?)setting.Value))).Build();
        return new ServiceCollection().AddEmbeddedSpeech(configuration).BuildServiceProvider();
    }
}
