namespace Ax2.Captions.Speech;

/// <summary>Puts clips of like length together, so that little time goes into padding.</summary>
internal static class BatchPlan
{
    /// <summary>
    /// What one batch more costs, in rows. With more than this, batches grow but take in clips of less like length:
    /// measured, that is no faster, and padding makes some words wrong.
    /// </summary>
    private const double FixedRows = 1.25;

    /// <summary>
    /// The cheapest way to share the clips out, when a batch costs its longest clip times its rows and the fixed part.
    /// </summary>
    /// <param name="lengths">Of the clips, in any unit.</param>
    /// <param name="maxRows">Of one batch.</param>
    /// <param name="maxPadded">Rows times the longest; a longer clip goes alone.</param>
    /// <returns>Indices into <paramref name="lengths"/>; each batch longest first.</returns>
    public static int[][] Make(IReadOnlyList<int> lengths, int maxRows, long maxPadded)
    {
        var order = Enumerable.Range(0, lengths.Count).OrderByDescending(i => lengths[i]).ToArray();
        var cost = new double[order.Length + 1];
        var rowsFrom = new int[order.Length];
        for (var first = order.Length - 1; first >= 0; first--)
        {
            var longest = lengths[order[first]];
            cost[first] = double.MaxValue;
            for (var rows = 1; rows <= Math.Min(maxRows, order.Length - first); rows++)
            {
                if (rows > 1 && (long)rows * longest > maxPadded)
                {
                    break;
                }
                var total = (longest * (rows + FixedRows)) + cost[first + rows];
                if (total < cost[first])
                {
                    (cost[first], rowsFrom[first]) = (total, rows);
                }
            }
        }
        return [.. Batches(order, rowsFrom)];
    }

    private static IEnumerable<int[]> Batches(int[] order, int[] rowsFrom)
    {
        for (var first = 0; first < order.Length; first += rowsFrom[first])
        {
            yield return order[first..(first + rowsFrom[first])];
        }
    }
}
