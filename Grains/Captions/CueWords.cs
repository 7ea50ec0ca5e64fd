using System.Buffers;
using System.Collections.Immutable;
using Ax2.Captions.Speech;

namespace Ax2.Captions;

/// <param name="Text">No spaces, and never wider than a line.</param>
/// <param name="Continues">It is the next part of a word that was too long for a line: no space before it.</param>
internal readonly record struct CueWord(string Text, bool Continues, long StartMs, long EndMs, int HalfChars);

/// <summary>The words of a track as cues need them: clean, in order of time, each narrow enough for a line.</summary>
internal static class CueWords
{
    // Where a long word is best split: after one of these, as addresses and paths are.
    private static readonly SearchValues<char> CutAfter = SearchValues.Create("/-_.,:;?&=#|");

    public static CueWord[] From(ImmutableArray<SpeechSegment> segments, CueRules rules)
    {
        var words = new List<CueWord>();
        long clock = 0;
        foreach (var segment in segments)
        {
            foreach (var spoken in segment.Words)
            {
                var start = Math.Max(clock, spoken.StartMs);
                Add(words, spoken.Text, start, Math.Max(start, spoken.EndMs), rules);
                clock = start;
            }
        }

        return [.. words];
    }

    private static void Add(List<CueWord> words, string spoken, long startMs, long endMs, CueRules rules)
    {
        var pieces = CueText.OneLine(spoken)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(token => Pieces(token, rules))
            .ToArray();
        var total = Math.Max(1, pieces.Sum(piece => piece.HalfChars));
        var done = 0;
        foreach (var piece in pieces)
        {
            var start = At(done);
            done += piece.HalfChars;
            words.Add(piece with { StartMs = start, EndMs = At(done) });
        }

        // Each piece has the share of the spoken time that it has of the width.
        long At(int width) => startMs + ((endMs - startMs) * width / total);
    }

    private static IEnumerable<CueWord> Pieces(string token, CueRules rules)
    {
        for (var start = 0; start < token.Length;)
        {
            var piece = token.Substring(start, PieceLength(token.AsSpan(start), rules));
            yield return new CueWord(piece, start > 0, 0, 0, TextWidth.HalfChars(piece, rules.Weights));
            start += piece.Length;
        }
    }

    private static int PieceLength(ReadOnlySpan<char> token, CueRules rules)
    {
        var fitting = TextWidth.FittingLength(token, rules.MaxHalfCharsPerLine, rules.Weights);
        if (fitting == token.Length)
            return fitting;
        var mark = token[..fitting].LastIndexOfAny(CutAfter);
        return mark >= fitting / 2 && TextWidth.GraphemeLength(token[mark..]) == 1 ? mark + 1 : fitting;
    }
}
