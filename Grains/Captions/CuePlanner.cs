namespace Ax2.Captions;

/// <summary>
/// Chooses where cues end: the cheapest way to cut the whole track, found exactly. The cost of a cue depends on its own
/// words and on the one after them, because it starts with its first word and may stay until the next cue starts.
/// </summary>
internal sealed class CuePlanner(
    CueRules rules, CueWord[] words, int[] partingCosts, LineBreaker lines, long mediaEndMs)
{
    // A broken rule outweighs any wording; how much it is broken counts little, so fast speech still reads well.
    private const int BrokenRuleCost = 100;
    private const int BrokenMsPerCost = 10;

    // Each cue costs, so that short ones join; the fill is squared, so that neighbours share the text evenly.
    private const int CueCost = 12;
    private const int FillCost = 10;

    // A cue too brief to be comfortable, and one that outlives its welcome.
    private const int ComfortableMs = 1_500;
    private const int BriefMsPerCost = 40;
    private const int LongMs = 6_000;
    private const int LongMsPerCost = 50;

    // A silence is a good point to cut, and should not be inside a cue.
    private const int UnnoticedPauseMs = 200;
    private const int HeldPauseMsPerCost = 30;
    private const int PauseThatHalvesMs = 400;

    // Two sentences in a cue are fine when both are whole.
    private const int SentenceJoinCost = 3;
    private const int FragmentCost = 14;

    /// <summary>The last word of each cue.</summary>
    public List<int> Plan()
    {
        var costs = new long[words.Length + 1];
        var firsts = new int[words.Length];
        for (var last = 0; last < words.Length; last++)
            (costs[last + 1], firsts[last]) = BestEndingAt(last, costs);
        var ends = new List<int>();
        for (var last = words.Length - 1; last >= 0; last = firsts[last] - 1)
            ends.Add(last);
        ends.Reverse();
        return ends;
    }

    /// <summary>The cheapest cue that ends with this word, given the costs of all that may stand before it.</summary>
    private (long Cost, int First) BestEndingAt(int last, long[] costs)
    {
        var best = (Cost: long.MaxValue, First: last);
        var (pauses, sentences) = (0L, 0);
        for (var first = last; first >= 0; first--)
        {
            if (first < last)
            {
                var pause = PauseAfter(first);
                if (pause >= rules.LongPauseMs)
                    break;
                pauses += Math.Max(0, pause - UnnoticedPauseMs) / HeldPauseMsPerCost;
                sentences += EndsSentence(first) ? 1 : 0;
            }

            if (lines.Width(first, last) > rules.MaxHalfCharsPerLine * rules.MaxLines)
                break;
            var layout = lines.Cost(first, last);
            if (layout >= LineBreaker.Impossible)
                continue;
            var cost = costs[first] + (layout / 2) + pauses + SentenceCost(first, last, sentences)
                + CutCost(last) + SpanCost(first, last);
            if (cost < best.Cost)
                best = (cost, first);
        }

        return best;
    }

    private long PauseAfter(int word) => words[word + 1].StartMs - words[word].EndMs;

    private bool EndsSentence(int word) => partingCosts[word] <= Phrasing.PartingCost.Utterance;

    private long SentenceCost(int first, int last, int sentences)
    {
        if (sentences == 0)
            return 0;
        var startsWhole = first == 0 || EndsSentence(first - 1);
        var fragments = (startsWhole ? 0 : 1) + (EndsSentence(last) ? 0 : 1);
        return (sentences * SentenceJoinCost) + (fragments * FragmentCost);
    }

    private long CutCost(int last)
    {
        if (last == words.Length - 1)
            return CueCost;
        var pause = Math.Max(0, PauseAfter(last));
        return CueCost + (partingCosts[last] * PauseThatHalvesMs / (PauseThatHalvesMs + pause));
    }

    private long SpanCost(int first, int last)
    {
        var span = new CueSpan(words[first].StartMs, words[last].EndMs, lines.Width(first, last));
        var next = last + 1 < words.Length ? words[last + 1].StartMs : CueTiming.Never;
        var end = CueTiming.EndMs(rules, span, next, mediaEndMs);
        var duration = end - span.StartMs;
        var capacity = (long)rules.MaxHalfCharsPerLine * rules.MaxLines;
        return Broken(rules.MinDurationMs - duration)
            + Broken(rules.ReadingMs(span.HalfChars) - duration)
            + Broken(span.VoiceEndMs - span.StartMs - rules.MaxDurationMs)
            + (CueTiming.IsUnclosed(rules, next - end) ? BrokenRuleCost : 0)
            + (FillCost * span.HalfChars * (long)span.HalfChars / (capacity * capacity))
            + (Math.Max(0, ComfortableMs - duration) / BriefMsPerCost)
            + (Math.Max(0, duration - LongMs) / LongMsPerCost);
    }

    private static long Broken(long ms) => ms <= 0 ? 0 : BrokenRuleCost + (ms / BrokenMsPerCost);
}
