using System.Runtime.InteropServices;
using Ax2.Captions.Speech;
using Ax2.TestKit;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

/// <summary>What is recognised. How a stream is treated is in <see cref="RecognitionJobTests"/>.</summary>
[NeedsProcesses]
public sealed class EmbeddedSpeechRecognizerTests(EngineFixture fixture)
{
    private const double WorstErrorRate = 0.05;
    private const long WorstStartMs = 250;

    [Fact]
    public async Task Recognize_Samples_GetsTheWordsRight()
    {
        var engine = await fixture.EngineAsync();
        var errors = 0;
        foreach (var sample in SpeechSample.All)
        {
            var recognised = await Recognition.OfAsync(engine, new SpeechTrack().Say(sample).ToPcm());
            errors += WordErrorRate.Errors(sample.Words, recognised.Text);
        }

        var spoken = SpeechSample.All.Sum(sample => WordErrorRate.Words(sample.Words).Length);
        Assert.InRange((double)errors / spoken, 0, WorstErrorRate);
    }

    [Fact]
    public async Task Recognize_SamplesBatched_GetsNoMoreWrongThanOneByOne()
    {
        var track = KnownSilences();
        using var oneByOne = await EngineFixture.OpenAsync(new EmbeddedSpeechOptions { Threads = 1, BatchRows = 1 });
        using var batched = await EngineFixture.OpenAsync(new EmbeddedSpeechOptions { Threads = 1, BatchRows = 16 });

        var alone = await Recognition.OfAsync(oneByOne, track.ToPcm());
        var together = await Recognition.OfAsync(batched, track.ToPcm());

        var errorsAlone = WordErrorRate.Errors(track.Words, alone.Text);
        Assert.InRange(WordErrorRate.Errors(track.Words, together.Text), 0, errorsAlone);
        Assert.InRange(WordErrorRate.Errors(alone.Text, together.Text), 0, 1);
    }

    [Fact]
    public async Task Recognize_KnownSilences_StartsWhereSpeechDoes()
    {
        var track = KnownSilences();
        var recognised = await Recognition.OfAsync(await fixture.EngineAsync(), track.ToPcm());

        var starts = recognised.Segments.Select(segment => segment.StartMs).ToArray();
        Assert.All(track.VoiceStartsMs(), truth =>
            Assert.InRange(starts.Min(start => Math.Abs(start - truth)), 0, WorstStartMs));
        Assert.Equal(track.VoiceStartsMs().Count, starts.Length);
    }

    [Fact]
    public async Task Recognize_KnownSilences_LaysNoWordOverOne()
    {
        var track = KnownSilences();
        var recognised = await Recognition.OfAsync(await fixture.EngineAsync(), track.ToPcm());

        var words = recognised.Segments.SelectMany(segment => segment.Words).ToArray();
        Assert.All(track.SilencesMs, silence => Assert.All(words, word => Assert.True(
            word.EndMs <= silence.StartMs + 100 || word.StartMs >= silence.EndMs, $"{word} in {silence}")));
        Assert.All(recognised.Segments, segment => Assert.Equal(
            (segment.StartMs, segment.EndMs), (segment.Words[0].StartMs, segment.Words[^1].EndMs)));
        Assert.Equal(words.OrderBy(word => word.StartMs), words);
    }

    [Fact]
    public async Task Recognize_QuietRecording_IsHeard()
    {
        var sample = SpeechSample.All[2];
        var quiet = new SpeechTrack().Silence(1000).Say(sample.Read(), sample.Words, gain: 0.1).Silence(1000);

        var recognised = await Recognition.OfAsync(await fixture.EngineAsync(), quiet.ToPcm());

        Assert.Equal(0, WordErrorRate.Errors(sample.Words, recognised.Text));
    }

    [Fact]
    public async Task Recognize_Silence_YieldsNothing() => await AssertNothingIsHeard(MadeSound.Silence());

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.8)]
    public async Task Recognize_Noise_YieldsNothing(double level)
    {
        await AssertNothingIsHeard(MadeSound.WhiteNoise(level));
        await AssertNothingIsHeard(MadeSound.PinkNoise(level));
    }

    [Theory]
    [InlineData(0.02, 1, 0)]
    [InlineData(0.02, 6, 0)]
    [InlineData(0.02, 6, 0.5)]
    [InlineData(0.1, 6, 4)]
    [InlineData(0.3, 6, 2)]
    [InlineData(0.3, 1, 6)]
    public async Task Recognize_MusicLikeTones_YieldsNothing(double level, int harmonics, double beatHz)
    {
        await AssertNothingIsHeard(MadeSound.Chords(level, harmonics, beatHz));
        await AssertNothingIsHeard(MadeSound.Arpeggio(level, harmonics, notesPerSecond: 1.5 * (beatHz + 0.5)));
    }

    private async Task AssertNothingIsHeard(short[] samples)
    {
        var pcm = MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
        var recognised = await Recognition.OfAsync(await fixture.EngineAsync(), pcm);

        Assert.Empty(recognised.Segments);
        Assert.Equal(60_000, recognised.ProgressMs[^1]);
    }

    private static SpeechTrack KnownSilences() => new SpeechTrack()
        .Silence(1000).Say(SpeechSample.All[1])
        .Silence(2000).Say(SpeechSample.All[2])
        .Silence(400).Say(SpeechSample.All[0])
        .Silence(5000).Say(SpeechSample.All[1])
        .Silence(700).Say(SpeechSample.All[2])
        .Silence(1500);
}
