using Ax2.Captions.Speech;
using CsCheck;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Remote;

public sealed class TranscriptionReaderTests
{
    private const long AudioMs = 10_000;

    [Fact]
    public void Read_WordsWithoutMarks_GetTheMarksOfTheText()
    {
        var recognised = Read(
            [Segment(" Well-known? 50% - yes.", 0, 4)],
            [new("Well", 0.5, 0.9), new("known", 0.9, 1.4), new("50", 2, 2.5), new("yes", 3, 3.5)]);

        Assert.Equal(
            [
                new("Well-known?", 500, 1400, false), new("50%", 2000, 2500, false),
                new("-", 2500, 3000, true), new TimedWord("yes.", 3000, 3500, false),
            ],
            Words(recognised));
        Assert.Equal((500, 3500), (recognised.Segments[0].StartMs, recognised.Segments[0].EndMs));
    }

    [Fact]
    public void Read_PartsOfWordsInsideTheSegment_AreJoined()
    {
        var segment = Segment(" 안녕하세요, 여러분.", 1, 3) with
        {
            Words =
            [
                new(" 안녕", 1.1, 1.4), new("하세요", 1.4, 1.8), new(",", 1.8, 1.9),
                new(" 여러분", 2, 2.6), new(".", 2.6, 3),
            ],
        };

        Assert.Equal(
            [new("안녕하세요,", 1100, 1800, false), new TimedWord("여러분.", 2000, 2600, false)],
            Words(Read([segment])));
    }

    [Fact]
    public void Read_NoWords_EstimatesThemInsideTheirSegment()
    {
        var recognised = Read([Segment("to consider", 1, 2.2), Segment("No.", 3, 3.5)]);

        Assert.Equal(
            [
                new("to", 1000, 1300, true), new("consider", 1300, 2200, true),
                new TimedWord("No.", 3000, 3500, true),
            ],
            Words(recognised));
    }

    [Fact]
    public void Read_SomeWordsMissing_EstimatesThoseBetweenTheirNeighbours()
    {
        var recognised = Read(
            [Segment("one two three four", 0, 4)],
            [new("one", 0, 0.5), new("extra", 0.5, 0.6), new("three", 2, 2.5), new("four", null, null)]);

        Assert.Equal(
            [
                new("one", 0, 500, false), new("two", 500, 2000, true), new("three", 2000, 2500, false),
                new TimedWord("four", 2500, 4000, true),
            ],
            Words(recognised));
    }

    [Fact]
    public void Read_SameWordInTwoSegments_HasEachItsOwnTime()
    {
        var recognised = Read(
            [Segment("Yes.", 1, 2), Segment("Yes.", 5, 6)], [new("Yes", 1.2, 1.6), new("Yes", 5.2, 5.6)]);

        Assert.Equal([1200, 5200], recognised.Segments.Select(segment => segment.StartMs));
    }

    [Fact]
    public void Read_SegmentWithoutItsWords_DoesNotTakeThoseOfTheNext()
    {
        var recognised = Read([Segment("so it is", 0, 2), Segment("so it was", 5, 7)],
            [new("so", 5, 5.4), new("it", 5.4, 5.8), new("was", 5.8, 6.4)]);

        Assert.All(recognised.Segments[0].Words, word => Assert.True(word.Estimated));
        Assert.Equal((5000, 6400), (recognised.Segments[1].StartMs, recognised.Segments[1].EndMs));
    }

    [Fact]
    public void Read_OnlyWords_MakesOneSegment() => Assert.Equal(
        [new("Hello", 500, 900, false), new TimedWord("there.", 1000, 1400, false)],
        Words(Read(null, [new("Hello", 0.5, 0.9), new("there.", 1, 1.4)])));

    [Theory]
    [InlineData(0.61, -1.1, true)]
    [InlineData(0.95, null, true)]
    [InlineData(0.95, -0.4, false)]
    [InlineData(0.5, -2.0, false)]
    [InlineData(null, null, false)]
    public void Read_SilenceByWhispersRule_IsDropped(double? noSpeech, double? sure, bool isDropped)
    {
        var recognised = Read([Segment("Thank you.", 0, 2) with { NoSpeechProb = noSpeech, AvgLogprob = sure }]);

        Assert.Equal(isDropped ? (0, 1) : (1, 0), (recognised.Segments.Length, recognised.SegmentsDropped));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData(" ... ")]
    [InlineData("♪ ♪")]
    public void Read_TextThatNobodySaid_IsNothing(string text) => Assert.Empty(Read([Segment(text, 0, 2)]).Segments);

    [Fact]
    public void Read_SegmentBeyondTheAudio_IsDropped() => Assert.Equal(
        ["Bye."], Words(Read([Segment("Bye.", 9, 12), Segment("Thanks!", 10, 30)])).Select(word => word.Text));

    [Fact]
    public void Read_ControlCharacters_AreLeftOut() =>
        Assert.Equal(["a", "b"], Words(Read([Segment("a\0b\u001b", 0, 1)])).Select(word => word.Text));

    [Fact]
    public void Read_MoreWordsThanCanBeSaid_IsTransient() => Assert.Equal(
        SpeechFault.Transient,
        Assert.Throws<SpeechException>(
            () => Read([Segment(string.Join(' ', Enumerable.Repeat("la", 1000)), 0, 10)])).Kind);

    [Fact]
    public void Read_AnyTimes_GivesWordsInOrderWithinTheAudio()
    {
        string?[] texts = ["a", "b c", "a b!", "c - a b", "d", "", null];
        string?[] spoken = ["a", " b", "c,", "-", null];
        var second = Gen.Int[-500, 1500].Select(hundredths => hundredths / 100.0);
        var time = Gen.Int[-500, 1800].Select(hundredths => hundredths > 1500 ? (double?)null : hundredths / 100.0);
        var word = Gen.Select(Gen.Int[0, spoken.Length], time, time, (i, start, end) =>
            i == spoken.Length ? null : new AnswerWord(spoken[i], start, end));
        var words = word.List[0, 6];
        var segment = Gen.Select(Gen.Int[0, texts.Length], second, second, words, (i, start, end, own) =>
            i == texts.Length ? null : new AnswerSegment(texts[i], start, end, null, null, own));
        var answer = Gen.Select(segment.List[0, 5], words, (segments, top) =>
            new TranscriptionAnswer("", segments, top));

        answer.Sample(
            given =>
            {
                try
                {
                    Check(TranscriptionReader.Read(given, AudioMs));
                }
                catch (SpeechException fault)
                {
                    // Words alone, and not one of them has times.
                    Assert.All(given.Segments!, Assert.Null);
                    Assert.Equal(SpeechFault.Transient, fault.Kind);
                }
            },
            iter: 20_000);
    }

    private static void Check(RecognisedSpeech recognised)
    {
        var last = 0L;
        foreach (var segment in recognised.Segments)
        {
            Assert.Equal((segment.Words[0].StartMs, segment.Words[^1].EndMs), (segment.StartMs, segment.EndMs));
            foreach (var word in segment.Words)
            {
                Assert.True(last <= word.StartMs && word.StartMs <= word.EndMs && word.EndMs <= AudioMs, $"{word}");
                last = word.EndMs;
            }
        }
    }

    private static AnswerSegment Segment(string text, double start, double end) =>
        new(text, start, end, null, null, null);

    private static IEnumerable<TimedWord> Words(RecognisedSpeech recognised) =>
        recognised.Segments.SelectMany(segment => segment.Words);

    private static RecognisedSpeech Read(List<AnswerSegment?>? segments, List<AnswerWord?>? words = null) =>
        TranscriptionReader.Read(new TranscriptionAnswer(null, segments, words), AudioMs);
}
