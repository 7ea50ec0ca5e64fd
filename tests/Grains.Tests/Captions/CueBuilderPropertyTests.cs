using System.Collections.Immutable;
using Ax2.Captions.Speech;
using CsCheck;
using Xunit;

namespace Ax2.Captions;

/// <summary>What holds for any words at any speed.</summary>
public sealed class CueBuilderPropertyTests
{
    private const long MediaMs = 3_600_000;
    private const int MaxWords = 120;

    private static readonly Gen<string> PlainWord = Gen.Frequency(
        (4, Gen.String[Gen.Char['a', 'z'], 1, 12]),
        (4, Gen.String[Gen.Char['\uAC00', '\uD7A3'], 1, 8]),
        (2, One("the", "of", "and", "I", "John", "Smith,", "not.", "수", "있다.", "그리고", "\"So", "(see", "it)")));

    private static readonly Gen<string> AnyWord = Gen.Frequency(
        (6, PlainWord),
        (1, Gen.String),
        (1, Gen.String[One('/', '.', 'w', '-', '가', '\u0301'), 30, 300]),
        (1, One("👩‍👩‍👧‍👦", "-->", "<script>", "\0", "a\r\n\r\nb", "שלום", "🇰🇷🇰🇷🇰🇷", "e\u0301\u0302\u0303", "\uD800")));

    private static readonly Gen<long> Pause = Gen.Frequency(
        (6, Gen.Const(0L)), (3, Gen.Long[0, 300]), (2, Gen.Long[300, 999]), (1, Gen.Long[1_000, 9_000]));

    private static readonly Gen<CueRules> Rules = Gen.Frequency(
        (3, Gen.Const(CueRules.NetflixEnglish)),
        (3, Gen.Const(CueRules.NetflixKorean)),
        (1, Gen.Const(CueRules.NetflixOther with { MaxCharsPerLine = 24, MaxLines = 3, MinGapMs = 0 })),
        (1, Gen.Const(CueRules.NetflixEnglish with { MaxCharsPerLine = 5, MaxLines = 1, CloseGapsBelowMs = 0 })));

    [Fact]
    public void Build_AnyWords_EveryCharacterIsThereInOrder() =>
        Sample(Stream(AnyWord, Gen.Long[0, 400]), (words, rules, cues) => Assert.Equal(
            string.Concat(words.Select(word => CueText.OneLine(word.Text).Replace(" ", "", StringComparison.Ordinal))),
            string.Concat(cues.SelectMany(cue => cue.Lines)).Replace(" ", "", StringComparison.Ordinal)));

    [Fact]
    public void Build_AnyWords_WidthLinesGapsAndLongestDurationNeverGiveWay() =>
        Sample(Stream(AnyWord, Gen.Long[0, 400]), (_, rules, cues) =>
        {
            // A word that begins with a combining mark is narrower after a space than alone.
            string[] mayGiveWay =
            [
                CueRuleIds.ReadingTooFast, CueRuleIds.DurationTooShort, CueRuleIds.GapNotClosed,
                CueRuleIds.AfterMediaEnd, CueRuleIds.LineBreakNeedless,
            ];
            Assert.DoesNotContain(CueChecker.Check(cues, rules, MediaMs), found => !mayGiveWay.Contains(found.RuleId));
        });

    [Fact]
    public void Build_PlainWords_SecondLineOnlyWhenTheFirstIsFull() =>
        Sample(Stream(PlainWord, Gen.Long[0, 400]), (_, rules, cues) => Assert.DoesNotContain(
            CueChecker.Check(cues, rules, MediaMs), found => found.RuleId == CueRuleIds.LineBreakNeedless));

    [Fact]
    public void Build_AnyWords_WhatGivesWayHadNoTimeLeft() =>
        Sample(Stream(AnyWord, Gen.Long[0, 400]), (_, rules, cues) =>
        {
            var gaveWay = CueChecker.Check(cues, rules, MediaMs).Where(found => !IsOfText(found));
            foreach (var found in gaveWay)
            {
                var cue = cues[found.CueIndex];
                var next = found.CueIndex + 1 < cues.Length ? cues[found.CueIndex + 1].StartMs : long.MaxValue;
                var latest = Math.Min(Math.Min(next - rules.MinGapMs, cue.StartMs + rules.MaxDurationMs), MediaMs);
                var nothingShorter = cue.EndMs - cue.StartMs == Math.Max(1, rules.MinGapMs);
                Assert.True(cue.EndMs == latest || nothingShorter, found.ToString());
            }
        });

    [Fact]
    public void Build_PlainWords_CuesStartWithTheirFirstWord() =>
        Sample(Stream(PlainWord, Gen.Long[20, 400]), (words, rules, cues) =>
        {
            var shortestMs = Math.Max(1, rules.MinGapMs) + rules.MinGapMs;
            foreach (var (cue, first, last) in WordsOf(cues, words))
            {
                var pushed = first > 0 && words[first].StartMs - words[first - 1].StartMs < shortestMs;
                Assert.True(cue.StartMs == words[first].StartMs || pushed);
                Assert.True(cue.StartMs >= words[first].StartMs);
                for (var k = first; k < last; k++)
                    Assert.InRange(words[k + 1].StartMs - words[k].EndMs, 0, rules.LongPauseMs - 1);
            }
        }, One(CueRules.NetflixEnglish, CueRules.NetflixKorean));

    [Fact]
    public void Build_ComfortableEnglish_BreaksNoRule() =>
        Sample(Stream(Gen.String[Gen.Char['a', 'z'], 1, 12], Gen.Long[60, 150]), (_, rules, cues) =>
            Assert.Empty(CueChecker.Check(cues, rules, MediaMs)), Gen.Const(CueRules.NetflixEnglish));

    [Fact]
    public void Build_ComfortableKorean_BreaksNoRule() =>
        Sample(Stream(Gen.String[Gen.Char['\uAC00', '\uD7A3'], 1, 7], Gen.Long[100, 250]), (_, rules, cues) =>
            Assert.Empty(CueChecker.Check(cues, rules, MediaMs)), Gen.Const(CueRules.NetflixKorean));

    [Fact]
    public void Build_Again_IsTheSame() =>
        Stream(AnyWord, Gen.Long[0, 400]).Sample(words =>
        {
            var segments = ImmutableArray.Create(Spoken.Segment(words));
            Assert.Equal(Shown(CueBuilder.Build(segments, CueRules.NetflixKorean, MediaMs)),
                Shown(CueBuilder.Build(segments, CueRules.NetflixKorean, MediaMs)));
        });

    [Fact]
    public void Build_SplitIntoSegments_IsTheSame() =>
        Gen.Select(Stream(PlainWord, Gen.Long[20, 400]), Gen.Int[1, 20]).Sample((words, size) =>
        {
            var parts = words.Chunk(size).Select(part => Spoken.Segment([.. part]));
            Assert.Equal(Shown(CueBuilder.Build([Spoken.Segment(words)], CueRules.NetflixEnglish, MediaMs)),
                Shown(CueBuilder.Build([.. parts], CueRules.NetflixEnglish, MediaMs)));
        });

    /// <summary>Words with a speed that changes from word to word, and pauses between them.</summary>
    private static Gen<ImmutableArray<TimedWord>> Stream(Gen<string> text, Gen<long> msPerChar) =>
        Gen.Select(text, msPerChar, Pause).Array[1, MaxWords].Select(words =>
        {
            long clock = 500;
            return words.Select(word =>
            {
                var start = clock + word.Item3;
                clock = start + (word.Item2 * (word.Item1.Length + 1));
                return new TimedWord(word.Item1, start, clock, Estimated: false);
            }).ToImmutableArray();
        });

    private static void Sample(
        Gen<ImmutableArray<TimedWord>> stream,
        Action<ImmutableArray<TimedWord>, CueRules, ImmutableArray<Cue>> assert,
        Gen<CueRules>? rules = null) =>
        Gen.Select(stream, rules ?? Rules).Sample((words, profile) =>
            assert(words, profile, CueBuilder.Build([Spoken.Segment(words)], profile, MediaMs)));

    private static bool IsOfText(CueViolation found) => found.RuleId == CueRuleIds.LineBreakNeedless;

    private static IEnumerable<(Cue Cue, int First, int Last)> WordsOf(
        ImmutableArray<Cue> cues, ImmutableArray<TimedWord> words)
    {
        var first = 0;
        foreach (var cue in cues)
        {
            var count = cue.Text.Split(' ', '\n').Length;
            yield return (cue, first, first + count - 1);
            first += count;
        }

        Assert.Equal(words.Length, first);
    }

    private static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(k => values[k]);

    private static string Shown(ImmutableArray<Cue> cues) =>
        string.Join('\n', cues.Select(cue => $"{cue.StartMs} {cue.EndMs} {cue.Text}"));
}
