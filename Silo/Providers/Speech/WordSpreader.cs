using System.Collections.Immutable;

namespace Ax2.Captions.Speech;

/// <summary>A voiced stretch in ms.</summary>
internal readonly record struct TimeRange(long StartMs, long EndMs)
{
    public long DurationMs => EndMs - StartMs;
}

/// <summary>
/// Gives words times. Where a recogniser has none, words are laid over the voiced stretches by their length: each
/// stretch takes the run of words that fits it best, preferably up to a punctuation mark, and no word lies over a
/// pause. The times of a word that has a stretch to itself are measured; all other times are estimated.
/// </summary>
internal static class WordSpreader
{
    /// <summary>What it costs to let a pause fall after a word without punctuation, in ms of misfit.</summary>
    private const double UnmarkedPauseMs = 250;

    public static ImmutableArray<TimedWord> Spread(
        IReadOnlyList<string> words, IReadOnlyList<TimeRange> stretches)
    {
        double[] ends = [0, .. RunningSum(words.Select(Weight))];
        var msPerWeight = stretches.Sum(stretch => stretch.DurationMs) / ends[^1];
        var timed = ImmutableArray.CreateBuilder<TimedWord>(words.Count);
        var first = 0;
        foreach (var (stretch, end) in stretches.Zip(WordEnds(words, stretches, ends, msPerWeight)))
        {
            timed.AddRange(Within(stretch, words, ends, first, end));
            first = end;
        }
        return timed.DrainToImmutable();
    }

    /// <summary>For each stretch, the word after its last one.</summary>
    private static int[] WordEnds(
        IReadOnlyList<string> words, IReadOnlyList<TimeRange> stretches, double[] ends, double msPerWeight)
    {
        var best = new double[stretches.Count + 1, words.Count + 1];
        var from = new int[stretches.Count + 1, words.Count + 1];
        for (var end = 1; end <= words.Count; end++)
        {
            best[0, end] = double.MaxValue;
        }
        for (var s = 1; s <= stretches.Count; s++)
        {
            for (var end = 0; end <= words.Count; end++)
            {
                var pause = s == stretches.Count || end == 0 || IsMarked(words[end - 1]) ? 0 : UnmarkedPauseMs;
                best[s, end] = double.MaxValue;
                for (var start = 0; start <= end; start++)
                {
                    var misfit = Math.Abs(((ends[end] - ends[start]) * msPerWeight) - stretches[s - 1].DurationMs);
                    var total = best[s - 1, start] + misfit + pause;
                    if (total < best[s, end])
                    {
                        (best[s, end], from[s, end]) = (total, start);
                    }
                }
            }
        }
        var result = new int[stretches.Count];
        for (var (s, end) = (stretches.Count, words.Count); s > 0; end = from[s, end], s--)
        {
            result[s - 1] = end;
        }
        return result;
    }

    private static IEnumerable<TimedWord> Within(
        TimeRange stretch, IReadOnlyList<string> words, double[] ends, int first, int end)
    {
        var isMeasured = end - first == 1;
        for (var word = first; word < end; word++)
        {
            yield return new TimedWord(words[word], At(ends[word]), At(ends[word + 1]), !isMeasured);
        }

        long At(double weight) => stretch.StartMs
            + (long)((weight - ends[first]) / (ends[end] - ends[first]) * stretch.DurationMs);
    }

    /// <summary>How long a word takes to say, in letters. A digit counts as a word; a mark is a breath.</summary>
    private static double Weight(string word) =>
        1 + word.Sum(c => char.IsDigit(c) ? 4.0 : char.IsLetter(c) ? 1.0 : 0.5);

    private static bool IsMarked(string word) => word.Length > 0 && char.IsPunctuation(word[^1]);

    private static IEnumerable<double> RunningSum(IEnumerable<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            yield return sum += value;
        }
    }
}
