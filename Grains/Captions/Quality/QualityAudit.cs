using System.Collections.Immutable;
using Ax2.Captions.Speech;

namespace Ax2.Captions.Quality;

/// <summary>Compares captions with what was recognised. Pure.</summary>
public static class QualityAudit
{
    /// <summary>
    /// Shorter ranges are the edges of cues: a voice is noticed a moment before its first word, and ends after the
    /// last.
    /// </summary>
    private const long LeastUncaptionedMs = 500;

    /// <summary>A cue may last into silence; one with this share of silence was not said at all.</summary>
    private const double SilentShare = 0.9;

    /// <summary>Stretches that are named one by one.</summary>
    private const int MaxNamed = 200;

    private const int RunWords = 4;
    private const int RepetitionReachWords = 50;

    /// <param name="segments">What was recognised, in order; without words: voices that were not understood.</param>
    /// <param name="cues">The captions that were made of it, in order.</param>
    /// <param name="quiet">Where the audio is silent.</param>
    public static CaptionQuality Of(
        ImmutableArray<SpeechSegment> segments, ImmutableArray<Cue> cues, ImmutableArray<TimeSpanMs> quiet)
    {
        var uncaptioned = Uncaptioned(segments, cues);
        var silent = SilentCues(cues, quiet);
        string[] words = [.. segments.SelectMany(segment => segment.Words).Select(word => Plain(word.Text))];
        return new CaptionQuality(
            uncaptioned.Sum(span => span.DurationMs),
            [.. uncaptioned.OrderByDescending(span => span.DurationMs).ThenBy(span => span.StartMs).Take(MaxNamed)
                .OrderBy(span => span.StartMs)],
            RepetitionScore(words),
            EstimatedShare(segments),
            silent.Count,
            [.. silent.Take(MaxNamed)]);
    }

    /// <summary>
    /// Of all runs of four words, the share of those that are the same, word for word, as one of the 50 runs before.
    /// Fewer than four words: 0.
    /// </summary>
    internal static double RepetitionScore(IReadOnlyList<string> words)
    {
        var runs = words.Count - RunWords + 1;
        if (runs < 1)
        {
            return 0;
        }

        var lastAt = new Dictionary<string, int>(StringComparer.Ordinal);
        var repeated = 0;
        for (var at = 0; at < runs; at++)
        {
            var run = string.Join(' ', words.Skip(at).Take(RunWords));
            repeated += lastAt.TryGetValue(run, out var before) && at - before <= RepetitionReachWords ? 1 : 0;
            lastAt[run] = at;
        }

        return (double)repeated / runs;
    }

    private static double EstimatedShare(ImmutableArray<SpeechSegment> segments)
    {
        var words = segments.Sum(segment => segment.Words.Length);
        var estimated = segments.Sum(segment => segment.Words.Count(word => word.Estimated));
        return words == 0 ? 0 : (double)estimated / words;
    }

    private static List<TimeSpanMs> Uncaptioned(ImmutableArray<SpeechSegment> segments, ImmutableArray<Cue> cues)
    {
        var uncaptioned = new List<TimeSpanMs>();
        var firstCue = 0;
        long clock = 0;
        foreach (var segment in segments)
        {
            clock = Math.Max(clock, segment.StartMs);
            while (firstCue < cues.Length && cues[firstCue].EndMs <= clock)
            {
                firstCue++;
            }

            for (var k = firstCue; k < cues.Length && cues[k].StartMs < segment.EndMs; k++)
            {
                Add(clock, cues[k].StartMs);
                clock = Math.Max(clock, cues[k].EndMs);
            }

            Add(clock, segment.EndMs);
            clock = Math.Max(clock, segment.EndMs);
        }

        return uncaptioned;

        void Add(long startMs, long endMs)
        {
            if (endMs - startMs >= LeastUncaptionedMs)
            {
                uncaptioned.Add(new TimeSpanMs(startMs, endMs));
            }
        }
    }

    private static List<TimeSpanMs> SilentCues(ImmutableArray<Cue> cues, ImmutableArray<TimeSpanMs> quiet)
    {
        var silent = new List<TimeSpanMs>();
        var first = 0;
        foreach (var cue in cues)
        {
            while (first < quiet.Length && quiet[first].EndMs <= cue.StartMs)
            {
                first++;
            }

            long silentMs = 0;
            for (var k = first; k < quiet.Length && quiet[k].StartMs < cue.EndMs; k++)
            {
                silentMs += Math.Min(cue.EndMs, quiet[k].EndMs) - Math.Max(cue.StartMs, quiet[k].StartMs);
            }

            if (silentMs >= (cue.EndMs - cue.StartMs) * SilentShare)
            {
                silent.Add(new TimeSpanMs(cue.StartMs, cue.EndMs));
            }
        }

        return silent;
    }

    private static string Plain(string text) =>
        string.Concat(text.Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
