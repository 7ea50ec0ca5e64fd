using System.Collections.Immutable;
using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.Captions;

public sealed class CueBuilderTests
{
    private static readonly CueRules English = CueRules.NetflixEnglish;

    [Fact]
    public void Build_NoSpeech_NoCues()
    {
        Assert.Empty(CueBuilder.Build([], English, 60_000));
        Assert.Empty(CueBuilder.Build([Spoken.Segment(new TimedWord(" \u0000\n", 0, 100, false))], English, 60_000));
    }

    [Fact]
    public void Build_ShortWord_StaysForTheLeastDuration() =>
        Assert.Equal((5_000, 5_833), Times(Build([Word("Yes.", 5_000, 5_100)])[0]));

    [Fact]
    public void Build_Silence_CueLingersHalfASecond() =>
        Assert.Equal((1_000, 3_500), Times(Build([Word("Slowly", 1_000, 2_000), Word("now.", 2_100, 3_000)])[0]));

    [Fact]
    public void Build_FastWordsBeforeSilence_StayUntilRead()
    {
        var cue = Assert.Single(Build(Spoken.Text("These forty characters were said too fast.", msPerChar: 20)));
        Assert.Equal(42, cue.Text.Length);
        Assert.Equal(2_100, cue.EndMs - cue.StartMs);
    }

    [Fact]
    public void Build_FastWordsWithoutSilence_UseAllTheTimeThereIs()
    {
        var cues = Build(Spoken.Text(string.Join(' ', Enumerable.Repeat("speech without any pause at all", 20)), 40));
        Assert.All(cues.Zip(cues.Skip(1)), pair => Assert.Equal(83, pair.Second.StartMs - pair.First.EndMs));
    }

    [Theory]
    [InlineData(83, 83)] // nothing to close
    [InlineData(300, 83)]
    [InlineData(583, 83)]
    [InlineData(584, 500)] // too long to close by lingering, so the gap is kept open wide enough to be seen
    [InlineData(900, 500)]
    [InlineData(1_000, 500)]
    [InlineData(1_400, 900)]
    public void Build_SilenceBetweenCues_GapIsClosedOrPlain(int silenceMs, long gapMs)
    {
        var cues = Build(
        [
            Word("A sentence that is long enough to be a cue,", 1_000, 4_000), Word("surely.", 4_000, 4_600),
            Word("A second one that cannot be in the first,", 4_600 + silenceMs, 9_000), Word("really.", 9_000, 9_600),
        ]);
        Assert.Equal(2, cues.Length);
        Assert.Equal(gapMs, cues[1].StartMs - cues[0].EndMs);
    }

    [Fact]
    public void Build_LongPause_EndsTheCueEvenInAPhrase()
    {
        var cues = Build([Word("the", 1_000, 1_200), Word("sea", 2_200, 2_500)]);
        Assert.Equal(["the", "sea"], cues.Select(cue => cue.Text));
        Assert.Equal([1_000, 2_200], cues.Select(cue => cue.StartMs));
    }

    [Fact]
    public void Build_WordThatNeverEnds_CueIsCutAtTheLongestDuration() =>
        Assert.Equal((1_000, 8_000), Times(Assert.Single(Build([Word("Ooooh!", 1_000, 21_000)]))));

    [Fact]
    public void Build_EndOfMedia_NoCueOutlivesIt()
    {
        Assert.Equal((9_800, 10_000), Times(Build([Word("Bye.", 9_800, 9_950)], mediaMs: 10_000)[0]));
        var late = Build([Word("Late.", 10_500, 10_900)], mediaMs: 10_000)[0];
        Assert.Equal((10_500, 10_583), Times(late));
    }

    [Fact]
    public void Build_AllWordsAtOneTime_AreShownOneAfterTheOther()
    {
        var cues = Build([.. Enumerable.Range(0, 40).Select(k => Word($"word-number-{k:00}", 1_000, 1_000))]);
        Assert.Equal(40, cues.Sum(cue => cue.Text.Split(' ', '\n').Length));
        Assert.All(cues.Zip(cues.Skip(1)), pair => Assert.Equal(83, pair.Second.StartMs - pair.First.EndMs));
        Assert.Equal(1_000, cues[0].StartMs);
    }

    [Fact]
    public void Build_WordWithSpacesAndControls_IsParted() =>
        Assert.Equal("one two three", Build([Word("one\r\n\r\ntwo\u0007three", 1_000, 3_000)])[0].Text);

    [Fact]
    public void Build_AddressLongerThanALine_IsCutAfterItsMarks()
    {
        const string Address = "https://www.example.org/library/coastal/erosion-survey-2014/maps";
        var cue = Assert.Single(Build([Word(Address, 1_000, 4_000)]));
        Assert.Equal(["https://www.example.org/library/coastal/", "erosion-survey-2014/maps"], cue.Lines);
    }

    [Fact]
    public void Build_WordLongerThanACue_LosesNoCharacter()
    {
        var word = string.Concat(Enumerable.Range(0, 100).Select(k => (char)('가' + k)));
        var cues = CueBuilder.Build([Spoken.Segment(Word(word, 1_000, 21_000))], CueRules.NetflixKorean, 60_000);
        Assert.Equal(word, string.Concat(cues.SelectMany(cue => cue.Lines)));
        Assert.All(cues.SelectMany(cue => cue.Lines), line => Assert.InRange(line.Length, 1, 16));
    }

    [Fact]
    public void Build_ThreeLinesAllowed_UsesThemOnlyWhenNeeded()
    {
        var vertical = English with { MaxCharsPerLine = 18, MaxLines = 3 };
        var cue = Assert.Single(Build(Spoken.Text("I lead the research team at the University."), vertical));
        Assert.Equal(["I lead", "the research team", "at the University."], cue.Lines);
        Assert.Single(Build(Spoken.Text("I lead the team."), vertical)[0].Lines);
    }

    private static TimedWord Word(string text, long startMs, long endMs) => new(text, startMs, endMs, false);

    private static ImmutableArray<Cue> Build(ImmutableArray<TimedWord> words, long mediaMs = 3_600_000) =>
        CueBuilder.Build([Spoken.Segment(words)], English, mediaMs);

    private static ImmutableArray<Cue> Build(ImmutableArray<SpeechSegment> segments, CueRules? rules = null) =>
        CueBuilder.Build(segments, rules ?? English, 3_600_000);

    private static (long, long) Times(Cue cue) => (cue.StartMs, cue.EndMs);
}
