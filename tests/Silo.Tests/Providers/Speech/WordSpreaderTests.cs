using Ax2.Captions.Speech;
using CsCheck;
using Xunit;

namespace Ax2.Tests.Providers.Speech;

public sealed class WordSpreaderTests
{
    [Fact]
    public void Spread_OneStretch_GivesLongWordsMoreTime()
    {
        var words = WordSpreader.Spread(["to", "consider"], [new TimeRange(1000, 2200)]);

        Assert.Equal([new("to", 1000, 1300, true), new TimedWord("consider", 1300, 2200, true)], words);
    }

    [Fact]
    public void Spread_WordWithAStretchToItself_WasHeard()
    {
        var words = WordSpreader.Spread(["No.", "Nothing", "at", "all."], [new(100, 500), new(900, 2000)]);

        Assert.Equal(new TimedWord("No.", 100, 500, Estimated: false), words[0]);
        Assert.All(words.Skip(1), word => Assert.True(word.Estimated));
        Assert.Equal(900, words[1].StartMs);
    }

    [Fact]
    public void Spread_PauseNearAComma_FallsAfterTheComma()
    {
        // By length alone the pause would fall after "he".
        var words = WordSpreader.Spread(
            ["If", "so,", "he", "went", "home", "again."], [new(0, 690), new(1040, 2534)]);

        Assert.Equal(1040, words[2].StartMs);
    }

    [Fact]
    public void Spread_StretchWithoutAWord_IsLeftEmpty()
    {
        var words = WordSpreader.Spread(["considerable"], [new(0, 60), new(400, 1400)]);

        Assert.Equal([new TimedWord("considerable", 400, 1400, false)], words);
    }

    [Fact]
    public void Spread_AnyWordsAndPauses_LaysEachWordInOrderInsideOneStretch()
    {
        var word = Gen.String[Gen.Char["abcdefgh12.,'"], 1, 12];
        var lengths = Gen.Select(Gen.Int[64, 4000], Gen.Int[96, 600]);
        Gen.Select(word.Array[1, 40], lengths.Array[1, 12]).Sample((words, parts) =>
        {
            var stretches = new List<TimeRange>();
            foreach (var (voice, pause) in parts)
            {
                var start = stretches.Count == 0 ? 0 : stretches[^1].EndMs + pause;
                stretches.Add(new TimeRange(start, start + voice));
            }

            var timed = WordSpreader.Spread(words, stretches);

            Assert.Equal(words, timed.Select(one => one.Text));
            Assert.All(timed, one => Assert.Contains(
                stretches, stretch => one.StartMs >= stretch.StartMs && one.EndMs <= stretch.EndMs));
            Assert.All(timed.Zip(timed.Skip(1)), pair => Assert.True(pair.First.EndMs <= pair.Second.StartMs));
            Assert.All(timed, one => Assert.True(one.StartMs <= one.EndMs));
        });
    }
}
