using System.Collections.Immutable;
using System.Text.Json;
using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Captions.Quality;

public sealed class QualityAuditTests
{
    [Fact]
    public void Of_Nothing_FindsNothing() =>
        Assert.Equal("0 0 0 0", Figures(QualityAudit.Of([], [], [])));

    [Fact]
    public void Of_CaptionedTalk_FindsNothing()
    {
        var segments = Spoken.Text(
            "It is a truth universally acknowledged, that a single man must be in want of a wife.");
        var cues = CueBuilder.Build(segments, CueRules.NetflixEnglish, 60_000);

        var found = QualityAudit.Of(segments, cues, [new(0, 1_000)]);

        Assert.Empty(found.UncaptionedVoice);
        Assert.Equal((0, 0.0, 1.0), (found.CuesInSilence, found.RepetitionScore, found.EstimatedTimeShare));
    }

    [Fact]
    public void Of_VoiceWithoutCue_NamesEachStretchAndTheTotal()
    {
        ImmutableArray<SpeechSegment> segments =
            [new(1_000, 4_000, []), new(5_000, 9_000, []), new(9_200, 9_600, []), new(20_000, 21_000, [])];
        var found = QualityAudit.Of(segments, [Cue(3_900, 6_000), Cue(7_000, 8_600)], []);

        Assert.Equal([new(1_000, 3_900), new(6_000, 7_000), new(20_000, 21_000)], found.UncaptionedVoice);
        Assert.Equal(2_900 + 1_000 + 1_000, found.UncaptionedVoiceMs);
    }

    [Fact]
    public void Of_VeryManyStretches_NamesTheLongestInOrderAndCountsAll()
    {
        var segments = Enumerable.Range(0, 1_000)
            .Select(k => new SpeechSegment(k * 10_000, (k * 10_000) + 1_000 + k, [])).ToImmutableArray();

        var found = QualityAudit.Of(segments, [], []);

        Assert.Equal(segments[800..].Select(s => new TimeSpanMs(s.StartMs, s.EndMs)), found.UncaptionedVoice);
        Assert.Equal(segments.Sum(s => s.EndMs - s.StartMs), found.UncaptionedVoiceMs);
    }

    [Theory]
    [InlineData("one two three", 0)]
    [InlineData("one two three four five six", 0)]
    [InlineData("Thank you. Thank you! thank you thank you thank you", 5 / 7.0)]
    [InlineData("so it goes on and so it goes on", 1 / 6.0)]
    public void Of_Words_ScoresRunsOfFourThatCameBefore(string text, double score) =>
        Assert.Equal(score, QualityAudit.Of(Spoken.Text(text), [], []).RepetitionScore, 6);

    [Fact]
    public void Of_RefrainAfterALongWhile_IsNoLoop()
    {
        var verse = string.Join(' ', Enumerable.Range(0, 60).Select(k => $"w{k}"));

        Assert.Equal(0, QualityAudit.Of(Spoken.Text($"so it goes on {verse} so it goes on"), [], []).RepetitionScore);
    }

    [Fact]
    public void Of_WordsMeasuredAndEstimated_SharesThem()
    {
        SpeechSegment segment = new(
            0, 400, [new("a", 0, 100, true), new("b", 100, 200, false), new("c", 200, 300, false),
            new("d", 300, 400, false)]);

        Assert.Equal(0.25, QualityAudit.Of([segment], [], []).EstimatedTimeShare);
    }

    [Fact]
    public void Of_CueThatOnlyLingersInSilence_IsSaid()
    {
        var found = QualityAudit.Of(
            [], [Cue(1_000, 3_000), Cue(5_000, 6_000), Cue(8_000, 9_000)], [new(1_500, 4_000), new(4_500, 7_000)]);

        Assert.Equal([new(5_000, 6_000)], found.SilentCues);
        Assert.Equal(1, found.CuesInSilence);
    }

    [Fact]
    public void Of_Anything_SurvivesJson()
    {
        var found = QualityAudit.Of([new(0, 2_000, [])], [Cue(5_000, 6_000)], [new(4_500, 7_000)]);
        var read = JsonSerializer.Deserialize<CaptionQuality>(JsonSerializer.Serialize(found))!;

        Assert.Equal(found.UncaptionedVoice, read.UncaptionedVoice);
        Assert.Equal(found.SilentCues, read.SilentCues);
        Assert.Equal(Figures(found), Figures(read));
    }

    private static Cue Cue(long startMs, long endMs) => new(startMs, endMs, ["text"]);

    private static string Figures(CaptionQuality found) => FormattableString.Invariant(
        $"{found.UncaptionedVoiceMs} {found.RepetitionScore} {found.EstimatedTimeShare} {found.CuesInSilence}");
}
