using System.Collections.Immutable;
using Ax2.Captions.Speech;
using CsCheck;
using Xunit;

namespace Ax2.Jobs.Chunks;

public sealed class TranscriptsTests
{
    private static readonly string[] CommonWords = ["the", "a", "and", "to", "of", "it", "I", "so"];

    [Fact]
    public void Join_NoChunks_IsEmpty() => Assert.Empty(Transcripts.Join([]));

    [Fact]
    public void Join_UtteranceAcrossTheSeam_IsOneSegmentWithEachWordOnce()
    {
        // In the second chunk "sat down" is timed earlier than in the first.
        var before = Chunk(0, 0, 10_000, 12_000,
            Segment(("The", 8_000), ("old", 8_400), ("cat", 9_000), ("sat", 9_600), ("down", 10_100), ("by", 11_000)));
        var after = Chunk(1, 10_000, 20_000, 20_000,
            Segment(("cat", 9_100), ("sat", 9_300), ("Down,", 9_700),
                ("by", 10_800), ("the", 11_200), ("fire", 11_500)));

        var joined = Assert.Single(Transcripts.Join([after, before]));

        Assert.Equal("The old cat sat Down, by the fire", Text(joined));
        AssertOrdered([joined]);
    }

    [Fact]
    public void Join_WordUnderstoodDifferently_IsTakenOnce()
    {
        var before = Chunk(0, 0, 10_000, 12_000, Segment(("very", 9_000), ("ill", 9_750), ("posed", 10_300)));
        var after = Chunk(1, 10_000, 20_000, 20_000, Segment(("very", 9_000), ("hill", 10_020), ("posed", 10_400)));

        Assert.Equal(3, Text(Transcripts.Join([before, after])).Split(' ').Length);
    }

    [Fact]
    public void Join_ChunkBeginsWithinAWord_TakesTheWholeOne()
    {
        var before = Chunk(
            0, 0, 10_000, 12_000, Segment(("is", 7_000), ("to", 7_300), ("be", 7_600), ("ill-disposed,", 7_900)));
        var after = Chunk(1, 10_000, 20_000, 20_000, Segment(("disposed.", 8_100)));

        Assert.Equal("is to be ill-disposed,", Text(Transcripts.Join([before, after])));
    }

    [Fact]
    public void Join_SeamInAPause_KeepsTheSegmentsApart()
    {
        var first = Segment(("Good", 8_000), ("morning.", 8_500));
        var second = Segment(("Good", 11_000), ("morning.", 11_500));
        var joined = Transcripts.Join(
            [Chunk(0, 0, 10_000, 12_000, first, second), Chunk(1, 10_000, 20_000, 20_000, first, second)]);

        Assert.Equal(2, joined.Length);
        Assert.Equal((first.StartMs, second.EndMs), (joined[0].StartMs, joined[1].EndMs));
    }

    [Fact]
    public void Join_ChunkIsMissing_KeepsToTheSpansOnBothSidesOfTheHole()
    {
        var words = Segment([.. Enumerable.Range(0, 60).Select(k => ($"w{k}", k * 500L))]);
        var joined = Transcripts.Join(
            [Chunk(0, 0, 10_000, 12_000, Until(words, 12_000)), Chunk(2, 20_000, 30_000, 30_000, From(words, 18_000))]);

        Assert.Equal(
            words.Words.Where(word => word.StartMs is < 10_000 or >= 20_000).Select(word => word.Text),
            joined.SelectMany(segment => segment.Words).Select(word => word.Text));
    }

    [Fact]
    public void Join_VoiceWithoutWordsAcrossTheSeam_IsOneVoice()
    {
        var voice = new SpeechSegment(9_000, 11_000, []);

        var joined = Assert.Single(
            Transcripts.Join([Chunk(0, 0, 10_000, 12_000, voice), Chunk(1, 10_000, 20_000, 20_000, voice)]));

        Assert.Equal((9_000, 11_000, 0), (joined.StartMs, joined.EndMs, joined.Words.Length));
    }

    /// <summary>
    /// Speech that is cut anywhere, each chunk timed anew: what is within the audio of a chunk is recognised, a
    /// word at the edge of its audio perhaps wrongly.
    /// </summary>
    [Fact]
    public void Join_SpeechCutAnywhere_GivesEveryWordOnce() => Gen.Select(
        Speech, Gen.Int[0, 1_000_000], Gen.Long[0, 220]).Sample((words, seed, jitterMs) =>
        {
            var random = new Random(seed);
            var chunks = Cut(words, random, contextMs: 2_000, jitterMs);

            var joined = Transcripts.Join(chunks);

            Assert.Equal(Text(words), Text(joined));
            AssertOrdered(joined);
        }, iter: 3_000);

    /// <summary>Without context nothing is recognised twice: cuts are in pauses, and times are still off.</summary>
    [Fact]
    public void Join_NoContext_GivesEveryWordOnce() => Gen.Select(Speech, Gen.Int[0, 1_000_000]).Sample((words, seed) =>
    {
        var chunks = Cut(words, new Random(seed), contextMs: 0, jitterMs: 0, betweenWords: true);
        Assert.Equal(Text(words), Text(Transcripts.Join(chunks)));
    }, iter: 1_000);

    [Fact]
    public void Join_AnyOrder_IsTheSameToTheByte() => Gen.Select(Speech, Gen.Int[0, 1_000_000]).Sample((words, seed) =>
    {
        var random = new Random(seed);
        var chunks = Cut(words, random, contextMs: 1_500, jitterMs: 300);
        var shuffled = chunks.ToArray();
        random.Shuffle(shuffled);
        Assert.Equal(
            System.Text.Json.JsonSerializer.Serialize(Transcripts.Join(chunks)),
            System.Text.Json.JsonSerializer.Serialize(Transcripts.Join([.. shuffled])));
    }, iter: 500);

    private static readonly Gen<ImmutableArray<TimedWord>> Speech = Gen.Select(
        Gen.Frequency(
            (3, Gen.Int[0, CommonWords.Length - 1].Select(k => CommonWords[k])),
            (4, Gen.String[Gen.Char['a', 'z'], 3, 9])),
        Gen.Long[150, 550],
        Gen.Frequency((6, Gen.Const(0L)), (2, Gen.Long[50, 300]), (1, Gen.Long[300, 3_000]))).Array[1, 200]
        .Select(spoken =>
        {
            long clock = 300;
            var last = "";
            var words = ImmutableArray.CreateBuilder<TimedWord>();
            foreach (var (text, lengthMs, pauseMs) in spoken)
            {
                // A stammer looks like a word that is recognised twice at times that are off by as much.
                if (text != last)
                {
                    words.Add(new TimedWord(text, clock + pauseMs, clock + pauseMs + lengthMs, true));
                    clock += pauseMs + lengthMs;
                }

                last = text;
            }

            return words.ToImmutable();
        });

    private static ImmutableArray<ChunkResult> Cut(
        ImmutableArray<TimedWord> words, Random random, long contextMs, long jitterMs, bool betweenWords = false)
    {
        var endMs = words[^1].EndMs + 500;
        var chunks = ImmutableArray.CreateBuilder<ChunkResult>();
        for (long start = 0; start < endMs;)
        {
            var end = Math.Min(endMs, start + random.Next(5_000, 20_000));
            var spoken = words.FirstOrDefault(word => word.StartMs < end && word.EndMs > end);
            end = betweenWords && spoken is not null ? spoken.EndMs : end;
            end = endMs - end < 3_000 ? endMs : end;
            var audio = (Start: Math.Max(0, start - contextMs), End: Math.Min(endMs, end + contextMs));
            chunks.Add(new ChunkResult(
                new ChunkSpan(chunks.Count, start, end, audio.Start, audio.End), 1, "made",
                Utterances(Recognised(words, audio, random, jitterMs)), []));
            start = end;
        }

        return chunks.ToImmutable();
    }

    private static IEnumerable<TimedWord> Recognised(
        ImmutableArray<TimedWord> words, (long Start, long End) audio, Random random, long jitterMs)
    {
        // The times of a chunk are off together, and each word's a little by itself.
        var offMs = random.NextInt64(-jitterMs, jitterMs + 1);
        long clock = audio.Start;
        foreach (var word in words.Where(word => word.EndMs > audio.Start && word.StartMs < audio.End))
        {
            var isWhole = word.StartMs >= audio.Start && word.EndMs <= audio.End;
            if (!isWhole && random.Next(2) == 0)
            {
                continue;
            }

            var off = offMs + random.NextInt64(-jitterMs / 4, (jitterMs / 4) + 1);
            clock = Math.Max(clock, word.StartMs + off);
            var end = Math.Max(clock, word.EndMs + off);
            yield return new TimedWord(isWhole ? word.Text : word.Text[..1] + "~", clock, end, true);
            clock = end;
        }
    }

    private static ImmutableArray<SpeechSegment> Utterances(IEnumerable<TimedWord> words)
    {
        var segments = ImmutableArray.CreateBuilder<SpeechSegment>();
        var open = new List<TimedWord>();
        foreach (var word in words)
        {
            if (open.Count > 0 && word.StartMs - open[^1].EndMs >= 350)
            {
                Close();
            }

            open.Add(word);
        }

        Close();
        return segments.ToImmutable();

        void Close()
        {
            if (open.Count > 0)
            {
                segments.Add(new SpeechSegment(open[0].StartMs, open[^1].EndMs, [.. open]));
                open.Clear();
            }
        }
    }

    private static ChunkResult Chunk(
        int index, long startMs, long endMs, long audioEndMs, params ImmutableArray<SpeechSegment> segments) => new(
        new ChunkSpan(index, startMs, endMs, Math.Max(0, startMs - 2_000), audioEndMs), 1, "made", segments, []);

    private static SpeechSegment Segment(params (string Text, long StartMs)[] words)
    {
        var timed = words.Select(word => new TimedWord(word.Text, word.StartMs, word.StartMs + 300, true));
        return new SpeechSegment(words[0].StartMs, words[^1].StartMs + 300, [.. timed]);
    }

    private static SpeechSegment Until(SpeechSegment segment, long ms) =>
        segment with { Words = [.. segment.Words.Where(word => word.EndMs <= ms)] };

    private static SpeechSegment From(SpeechSegment segment, long ms) =>
        segment with { Words = [.. segment.Words.Where(word => word.StartMs >= ms)] };

    private static string Text(ImmutableArray<TimedWord> words) => string.Join(' ', words.Select(word => word.Text));

    private static string Text(SpeechSegment segment) => Text(segment.Words);

    private static string Text(ImmutableArray<SpeechSegment> segments) =>
        Text([.. segments.SelectMany(segment => segment.Words)]);

    private static void AssertOrdered(ImmutableArray<SpeechSegment> segments)
    {
        TimedWord[] words = [.. segments.SelectMany(segment => segment.Words)];
        Assert.Equal(words.OrderBy(word => word.StartMs), words);
        Assert.All(words.Zip(words.Skip(1)), pair => Assert.True(pair.First.EndMs <= pair.Second.StartMs));
        Assert.All(words, word => Assert.True(word.StartMs <= word.EndMs));
        Assert.All(segments, segment => Assert.All(segment.Words, word => Assert.True(
            word.StartMs >= segment.StartMs && word.EndMs <= segment.EndMs)));
    }
}
