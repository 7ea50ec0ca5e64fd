namespace Ax2.Captions;

/// <summary>When a cue ends. It starts with its first word.</summary>
internal static class CueTiming
{
    /// <summary>The start of a next cue that there is not.</summary>
    public const long Never = long.MaxValue / 2;

    /// <summary>A cue is never shorter than this, even where words are reported at one and the same time.</summary>
    public static long ShortestMs(CueRules rules) => Math.Max(1, rules.MinGapMs);

    /// <summary>
    /// The latest useful end. In this order: the gap to the next cue is kept; the longest duration is kept; the text
    /// may be read; no gap stays that is too short to be seen as one; the cue lingers after the voice.
    /// The last of these yields first. The end of the media is a limit too.
    /// </summary>
    public static long EndMs(CueRules rules, CueSpan span, long nextStartMs, long mediaEndMs)
    {
        var latest = Math.Min(Math.Min(nextStartMs - rules.MinGapMs, mediaEndMs), span.StartMs + rules.MaxDurationMs);
        latest = Math.Max(latest, span.StartMs + ShortestMs(rules));
        var needed = span.StartMs + Math.Max(rules.MinDurationMs, rules.ReadingMs(span.HalfChars));
        var end = Math.Min(latest, Math.Max(needed, span.VoiceEndMs + rules.MaxLingerMs));
        if (!IsUnclosed(rules, nextStartMs - end))
            return end;
        var open = nextStartMs - rules.CloseGapsBelowMs;
        return open >= Math.Max(needed, span.VoiceEndMs) ? open : latest;
    }

    /// <summary>Longer than two frames, yet too short to be seen as a pause.</summary>
    public static bool IsUnclosed(CueRules rules, long gapMs) =>
        gapMs > rules.MinGapMs && gapMs < rules.CloseGapsBelowMs;
}

/// <summary>The words of one cue, seen as time and text to read.</summary>
internal readonly record struct CueSpan(long StartMs, long VoiceEndMs, int HalfChars);
