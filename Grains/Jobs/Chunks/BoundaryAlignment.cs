using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Splits the words that were recognised in two neighbours. Their words around the boundary are aligned at the least
/// cost: a pair costs the difference of its times, and more when the texts differ; a word that only one of them has
/// costs the more, the deeper it lies in the audio of the other. Then each pair goes to one side of the boundary as a
/// whole, so no word is doubled or lost, whatever the times say.
/// </summary>
internal static class BoundaryAlignment
{
    /// <summary>The cost of a word that only one of them has, in ms.</summary>
    private const long MissingMs = 1_000;

    /// <summary>The cost of a pair whose texts differ in every letter; less in proportion.</summary>
    private const long DifferentMs = 750;

    /// <summary>Estimated times are off by no more: words beyond the audio by so much may still be in it.</summary>
    private const long SlackMs = 2_000;

    public static void Split(ChunkSelection before, ChunkSelection after)
    {
        var boundaryMs = after.Span.StartMs;
        if (before.Span.EndMs != boundaryMs)
        {
            return;
        }

        var pairs = Align(new Overlap(before, after));
        var next = pairs.FindIndex(pair => MiddleMs(before.Words[pair.Before], after.Words[pair.After]) >= boundaryMs);
        var kept = next < 0 ? pairs : pairs[..next];
        var last = kept.Count == 0 ? (Before: before.First - 1, After: -1) : kept[^1];
        var first = next < 0 ? (Before: before.Words.Count, After: after.Words.Count) : pairs[next];
        before.End = last.Before + 1 + Range(before, last.Before + 1, first.Before)
            .TakeWhile(word => ChunkSelection.MiddleMs(word) < boundaryMs).Count();
        after.First = last.After + 1 + Range(after, last.After + 1, first.After)
            .TakeWhile(word => ChunkSelection.MiddleMs(word) < boundaryMs).Count();
        after.End = Math.Max(after.End, after.First);
    }

    private static IEnumerable<TimedWord> Range(ChunkSelection selection, int first, int end) =>
        selection.Words.Skip(first).Take(end - first);

    private static long MiddleMs(TimedWord before, TimedWord after) =>
        (ChunkSelection.MiddleMs(before) + ChunkSelection.MiddleMs(after)) / 2;

    /// <summary>The pairs of the cheapest alignment, as indexes into the words of both.</summary>
    private static List<(int Before, int After)> Align(Overlap overlap)
    {
        var (rows, columns) = (overlap.Before.Length, overlap.After.Length);
        var cost = new long[rows + 1, columns + 1];
        for (var i = rows; i >= 0; i--)
        {
            for (var j = columns; j >= 0; j--)
            {
                cost[i, j] = i == rows && j == columns ? 0 : Math.Min(
                    i < rows && j < columns ? overlap.PairCost(i, j) + cost[i + 1, j + 1] : long.MaxValue,
                    Math.Min(
                        i < rows ? overlap.Before[i].MissingCost + cost[i + 1, j] : long.MaxValue,
                        j < columns ? overlap.After[j].MissingCost + cost[i, j + 1] : long.MaxValue));
            }
        }

        var pairs = new List<(int, int)>();
        for (var (i, j) = (0, 0); i < rows && j < columns;)
        {
            if (cost[i, j] == overlap.PairCost(i, j) + cost[i + 1, j + 1])
            {
                pairs.Add((overlap.FirstBefore + i++, j++));
            }
            else if (cost[i, j] == overlap.Before[i].MissingCost + cost[i + 1, j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return pairs;
    }

    private readonly record struct Candidate(string Text, long MiddleMs, long MissingCost);

    /// <summary>The words that both may have: the last of the one, the first of the other.</summary>
    private sealed class Overlap
    {
        public Overlap(ChunkSelection before, ChunkSelection after)
        {
            var (startMs, endMs) = (after.Span.AudioStartMs, before.Span.AudioEndMs);
            FirstBefore = before.First + before.Words.Skip(before.First)
                .TakeWhile(word => word.EndMs < startMs - SlackMs).Count();
            // The deeper it lies in the audio of the other, the surer it is recognised there too.
            Before = [.. before.Words.Skip(FirstBefore).Select(word => ToCandidate(word, word.StartMs - startMs))];
            After = [.. after.Words.TakeWhile(word => word.StartMs <= endMs + SlackMs)
                .Select(word => ToCandidate(word, endMs - word.EndMs))];
        }

        public int FirstBefore { get; }

        public Candidate[] Before { get; }

        public Candidate[] After { get; }

        public long PairCost(int before, int after) =>
            Math.Abs(Before[before].MiddleMs - After[after].MiddleMs)
            + (DifferentMs * Difference(Before[before].Text, After[after].Text)
                / Math.Max(Before[before].Text.Length, After[after].Text.Length));

        private static Candidate ToCandidate(TimedWord word, long depthMs) =>
            new(Plain(word.Text), ChunkSelection.MiddleMs(word), Math.Clamp(depthMs, 0, MissingMs));
    }

    /// <summary>
    /// The fewest letters to change, add or take away to make one of the other: in a chunk that begins within a word
    /// the rest of it is recognised.
    /// </summary>
    private static int Difference(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length && one != other; i++)
        {
            (var diagonal, row[0]) = (row[0], i);
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return one == other ? 0 : row[^1];
    }

    /// <summary>A word without what recognisers write inconsistently: case and punctuation.</summary>
    private static string Plain(string text)
    {
        var plain = string.Concat(text.Where(char.IsLetterOrDigit));
        return plain.Length == 0 ? text + "?" : plain.ToUpperInvariant();
    }
}
