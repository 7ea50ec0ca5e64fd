using System.Collections.Immutable;

namespace Ax2.Captions;

/// <summary>
/// Merges the cues of one range of time into a track. Pure. The result is by time and without overlaps when both were.
/// </summary>
public static class TrackMerge
{
    /// <summary>The range, extended so that it splits no cue.</summary>
    public static (long FromMs, long UntilMs) Snap(ImmutableArray<Cue> cues, long fromMs, long untilMs)
    {
        foreach (var cue in cues)
        {
            // The track's cues do not overlap, so each border lies in one cue at most.
            fromMs = cue.StartMs < fromMs && fromMs < cue.EndMs ? cue.StartMs : fromMs;
            untilMs = cue.StartMs < untilMs && untilMs < cue.EndMs ? cue.EndMs : untilMs;
        }

        return (fromMs, untilMs);
    }

    /// <summary>The cues that lie completely in the range.</summary>
    public static ImmutableArray<Cue> Within(ImmutableArray<Cue> cues, long fromMs, long untilMs) =>
        [.. cues.Where(cue => IsWithin(cue, fromMs, untilMs))];

    /// <summary>
    /// Replaces the cues in the range by new ones. A cue that extends beyond the range stays: its words outside
    /// are nowhere else. New ones are shortened for it, and end with the range.
    /// </summary>
    public static ImmutableArray<Cue> Replace(
        ImmutableArray<Cue> cues, long fromMs, long untilMs, ImmutableArray<Cue> fresh)
    {
        var kept = cues.Where(cue => !IsWithin(cue, fromMs, untilMs)).ToList();
        var startMs = Math.Max(fromMs, kept.Where(cue => cue.StartMs < fromMs).Max(cue => (long?)cue.EndMs) ?? 0);
        var endMs = Math.Min(
            untilMs, kept.Where(cue => cue.StartMs >= startMs).Min(cue => (long?)cue.StartMs) ?? long.MaxValue);
        var clipped = fresh
            .Select(cue => cue with { StartMs = Math.Max(cue.StartMs, startMs), EndMs = Math.Min(cue.EndMs, endMs) })
            .Where(cue => cue.StartMs < cue.EndMs);
        return [.. kept.Concat(clipped).OrderBy(cue => cue.StartMs)];
    }

    private static bool IsWithin(Cue cue, long fromMs, long untilMs) => cue.StartMs >= fromMs && cue.EndMs <= untilMs;
}
