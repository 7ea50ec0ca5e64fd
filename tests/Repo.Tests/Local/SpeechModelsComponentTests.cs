using System.Text.Json;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Local;

[NeedsProcesses]
public sealed class SpeechModelsComponentTests
{
    [Fact]
    public async Task Ensure_Always_LaysOutTheModelsAndAWholeVocabulary()
    {
        var models = await Prepared.SpeechModelsAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Ax2Home.Models, models);
        Assert.True(File.Exists(Path.Combine(models, "silero-vad-v6", "silero_vad_v6.onnx")));
        await using var file = File.OpenRead(Path.Combine(models, "moonshine-tiny-en", "vocabulary.json"));
        var pieces = await JsonSerializer.DeserializeAsync<string[]>(
            file, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotNull(pieces);
        Assert.Equal(32_000, pieces.Length);
        Assert.Equal(["<unk>", "<s>", "</s>", "<0x00>"], pieces.Take(4));
        Assert.Equal("▁the", pieces[278]);
    }
}
