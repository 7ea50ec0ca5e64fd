using System.Collections.Immutable;
using Ax2.Captions;
using Ax2.Captions.Speech;
using Ax2.Jobs.Chunks;
using Ax2.TestKit;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

/// <summary>Real speech, cut up, recognised piece by piece and joined: as good as recognised in one.</summary>
[NeedsProcesses]
public sealed class ChunkedSpeechTests(EngineFixture fixture)
{
    private static readonly int[] PausesMs = [0, 150, 60, 400, 0, 250, 900, 30, 120, 600, 0, 200];

    [Theory]
    [InlineData(8_000, 2_000, 2_000, 2)]
    [InlineData(6_000, 600, 1_500, 2)]
    // Blind cuts, through words: phrases are torn so short that the engine itself mishears some.
    [InlineData(5_000, 0, 2_000, 5)]
    public async Task Recognize_TalkInChunks_IsAsGoodAsInOne(
        long targetMs, long windowMs, long contextMs, int moreErrors)
    {
        var track = Talk();
        var engine = await fixture.EngineAsync();
        var whole = await Recognition.OfAsync(engine, track.ToPcm());

        var chunks = await RecognizeInChunks(engine, track, new ChunkLengths(targetMs, windowMs), contextMs);
        var joined = Transcripts.Join([.. chunks]);

        Assert.True(chunks.Count >= track.DurationMs / (targetMs + windowMs));
        var recognised = string.Join(' ', joined.SelectMany(segment => segment.Words).Select(word => word.Text));
        var (wholeErrors, errors) =
            (WordErrorRate.Errors(track.Words, whole.Text), WordErrorRate.Errors(track.Words, recognised));
        TestContext.Current.SendDiagnosticMessage(
            "{0} chunks, {1} words: {2} errors in one, {3} in chunks",
            chunks.Count, WordErrorRate.Words(track.Words).Length, wholeErrors, errors);
        Assert.True(
            errors <= wholeErrors + moreErrors, $"{errors} errors in chunks, {wholeErrors} in one: {recognised}");
        Assert.Equal(
            joined.SelectMany(segment => segment.Words).OrderBy(word => word.StartMs),
            joined.SelectMany(segment => segment.Words));
    }

    private static SpeechTrack Talk()
    {
        var track = new SpeechTrack();
        for (var k = 0; k < 18; k++)
        {
            track.Say(SpeechSample.All[k % 3]).Silence(PausesMs[k % PausesMs.Length]);
        }

        return track;
    }

    private static async Task<List<ChunkResult>> RecognizeInChunks(
        EmbeddedEngine engine, SpeechTrack track, ChunkLengths lengths, long contextMs)
    {
        await using var audio = new ChunkedAudio(
            new MemoryStream(track.ToPcm()), lengths, contextMs, new TimeSpanMs(0, track.DurationMs), []);
        var results = new List<ChunkResult>();
        while (await audio.NextAsync(TestContext.Current.CancellationToken))
        {
            using var pcm = new MemoryStream();
            await audio.CopyToAsync(pcm, TestContext.Current.CancellationToken);
            var recognised = await Recognition.OfAsync(engine, pcm.ToArray());
            results.Add(new ChunkResult(audio.Span, 1, "embedded", Shift(recognised, audio.Span.AudioStartMs), []));
        }

        return results;
    }

    private static ImmutableArray<SpeechSegment> Shift(Recognition recognised, long byMs) =>
        [.. recognised.Segments.Select(segment => new SpeechSegment(
            segment.StartMs + byMs,
            segment.EndMs + byMs,
            [.. segment.Words.Select(
                word => word with { StartMs = word.StartMs + byMs, EndMs = word.EndMs + byMs })]))];
}
