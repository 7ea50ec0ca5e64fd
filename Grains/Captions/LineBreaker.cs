namespace Ax2.Captions;

/// <summary>Where the words of one cue go on the next line.</summary>
internal sealed class LineBreaker(CueRules rules, CueWord[] words, int[] partingCosts)
{
    public const int Impossible = int.MaxValue / 4;

    // Lines of very different length cost as much as a bad break, and a heavy top more than a heavy bottom.
    private const int ShapeCost = 16;
    private const int TopHeavyCost = 3;

    private readonly int[] _offsets = Offsets(words, TextWidth.SpaceHalfChars(rules.Weights));

    /// <summary>Half characters of the words from first to last on one line, spaces included.</summary>
    public int Width(int first, int last) => _offsets[last] + words[last].HalfChars - _offsets[first];

    /// <summary>The cost of the best layout, or <see cref="Impossible"/>. One line that fits costs nothing.</summary>
    public int Cost(int first, int last) => Best(first, last, rules.MaxLines).Cost;

    /// <summary>The last word of each line.</summary>
    public List<int> Lines(int first, int last)
    {
        var ends = new List<int>(rules.MaxLines);
        for (var (at, left) = (first, rules.MaxLines); at <= last; left--)
        {
            ends.Add(Best(at, last, left).End);
            at = ends[^1] + 1;
        }

        return ends;
    }

    /// <summary>The best end of the first line, and the cost of this and all later breaks.</summary>
    private (int Cost, int End) Best(int first, int last, int maxLines)
    {
        var limit = rules.MaxHalfCharsPerLine;
        var total = Width(first, last);
        if (total <= limit)
            return (0, last);
        var best = (Cost: Impossible, End: first);
        if (maxLines == 1 || total > limit * maxLines)
            return best;
        for (var end = first; end < last && Width(first, end) <= limit; end++)
        {
            var rest = Best(end + 1, last, maxLines - 1);
            var cost = rest.Cost + partingCosts[end] + Shape(Width(first, end), Width(end + 1, rest.End));
            if (rest.Cost < Impossible && cost <= best.Cost)
                best = (cost, end);
        }

        return best;
    }

    private int Shape(int top, int bottom)
    {
        var limit = rules.MaxHalfCharsPerLine;
        var difference = (long)Math.Abs(top - bottom);
        return (int)(difference * difference * ShapeCost / ((long)limit * limit))
            + (top > bottom ? (int)(difference * TopHeavyCost / limit) : 0);
    }

    private static int[] Offsets(CueWord[] words, int space)
    {
        var offsets = new int[words.Length];
        for (var k = 1; k < words.Length; k++)
            offsets[k] = offsets[k - 1] + words[k - 1].HalfChars + space;
        return offsets;
    }
}
