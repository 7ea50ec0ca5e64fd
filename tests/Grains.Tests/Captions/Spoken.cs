using System.Collections.Immutable;
using System.Globalization;
using Ax2.Captions.Speech;

namespace Ax2.Captions;

/// <summary>Makes timed words from text, as an even speaker would say them.</summary>
internal static class Spoken
{
    public const int EnglishMsPerChar = 62;
    public const int KoreanMsPerChar = 130;

    /// <summary>
    /// Each word lasts as long as its characters; a comma is followed by 150 ms of silence and a full stop by 350.
    /// <c>[800]</c> between words is a silence of 800 ms instead.
    /// </summary>
    public static ImmutableArray<SpeechSegment> Text(
        string text, int msPerChar = EnglishMsPerChar, long startMs = 1_000)
    {
        var words = ImmutableArray.CreateBuilder<TimedWord>();
        var (clock, pause) = (startMs, 0L);
        foreach (var token in text.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (token is ['[', .. var ms, ']'] && long.TryParse(ms, CultureInfo.InvariantCulture, out var silence))
            {
                pause = silence;
                continue;
            }

            clock += pause;
            var end = clock + (token.Length * msPerChar);
            words.Add(new TimedWord(token, clock, end, Estimated: true));
            (clock, pause) = (end, PauseAfter(token[^1]));
        }

        return words.Count == 0 ? [] : [Segment(words.ToImmutable())];
    }

    public static SpeechSegment Segment(params ImmutableArray<TimedWord> words) =>
        new(words[0].StartMs, words[^1].EndMs, words);

    private static long PauseAfter(char mark) => mark switch
    {
        '.' or '?' or '!' or '…' => 350,
        ',' or ':' or ';' or '—' => 150,
        _ => 0,
    };
}
