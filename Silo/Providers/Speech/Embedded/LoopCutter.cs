namespace Ax2.Captions.Speech;

/// <summary>
/// Finds where a decoder began to say the same thing over and over, as it does on noise, and keeps one of them.
/// </summary>
internal static class LoopCutter
{
    /// <summary>A loop comes at least this often and fills this many tokens; "No, no, no." is none.</summary>
    private const int LeastTimes = 3;
    private const int LeastTokens = 9;
    private const int LongestPeriod = 32;

    /// <summary>The tokens with each loop cut to its first occurrence.</summary>
    public static int[] Cut(ReadOnlySpan<int> tokens)
    {
        var kept = new List<int>(tokens.Length);
        for (var i = 0; i < tokens.Length;)
        {
            var (period, length) = LoopAt(tokens[i..]);
            kept.AddRange(tokens.Slice(i, period));
            i += length;
        }
        return [.. kept];
    }

    /// <summary>Whether the tokens end in a loop: nothing new will come.</summary>
    public static bool EndsInLoop(ReadOnlySpan<int> tokens)
    {
        for (var period = 1; period <= LongestPeriod; period++)
        {
            var length = Math.Max(LeastTokens, LeastTimes * period);
            if (length <= tokens.Length && RepeatedLength(tokens[^length..], period) == length)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The loop that begins here, or one token that is none.</summary>
    private static (int Period, int Length) LoopAt(ReadOnlySpan<int> tokens)
    {
        for (var period = 1; period <= Math.Min(LongestPeriod, tokens.Length / LeastTimes); period++)
        {
            var length = RepeatedLength(tokens, period);
            if (length >= Math.Max(LeastTokens, LeastTimes * period))
            {
                return (period, length);
            }
        }
        return (1, 1);
    }

    /// <summary>How far the tokens go on repeating their first <paramref name="period"/>.</summary>
    private static int RepeatedLength(ReadOnlySpan<int> tokens, int period) =>
        period + tokens[period..].CommonPrefixLength(tokens);
}
