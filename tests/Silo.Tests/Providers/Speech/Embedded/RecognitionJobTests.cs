using Ax2.Captions.Speech;
using Ax2.TestKit;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

/// <summary>How the engine goes through a stream; what every engine does is in the conformance suite.</summary>
[NeedsProcesses]
public sealed class RecognitionJobTests(EngineFixture fixture)
{
    [Fact]
    public async Task Recognize_LongStream_ReportsProgressUpToItsWholeLength()
    {
        var track = new SpeechTrack().Silence(11_000).Say(SpeechSample.All[0]).Silence(14_321);

        var recognised = await Recognition.OfAsync(await fixture.EngineAsync(), track.ToPcm());

        Assert.Equal(recognised.ProgressMs.Order(), recognised.ProgressMs);
        Assert.Equal(4, recognised.ProgressMs.Count);
        Assert.Equal(track.DurationMs, recognised.ProgressMs[^1]);
    }

    [Fact]
    public async Task Recognize_LongStream_ReadsNoFurtherAheadThanItsWindows()
    {
        const int windowsHeld = 2;
        const int windowMs = 10_000;
        const int longestPhraseMs = 20_000;
        using var stream = new LoopingStream(Speech(), 120_000L * PcmFormat.BytesPerMs);
        var engine = await fixture.EngineAsync();
        var token = TestContext.Current.CancellationToken;

        await foreach (var segment in Recognition.Start(engine, stream, null, token))
        {
            var aheadMs = (stream.BytesRead / PcmFormat.BytesPerMs) - segment.EndMs;
            // The window the segment came from, the one behind it, and what was open from before.
            Assert.InRange(aheadMs, 0, (windowsHeld * windowMs) + longestPhraseMs);
        }
        Assert.Equal(120_000L * PcmFormat.BytesPerMs, stream.BytesRead);
    }

    private static byte[] Speech() => new SpeechTrack()
        .Say(SpeechSample.All[0]).Silence(500).Say(SpeechSample.All[2]).Silence(500).ToPcm();
}
