using System.Collections.Immutable;

namespace Ax2.Captions;

/// <param name="RuleId">One of <see cref="CueRuleIds"/>.</param>
/// <param name="CueIndex">From 0. For a rule about two cues, the earlier one.</param>
/// <param name="Measured">In the unit of the rule.</param>
/// <param name="Limit">In the same unit: what <paramref name="Measured"/> should have kept to.</param>
public sealed record CueViolation(string RuleId, int CueIndex, decimal Measured, decimal Limit);

/// <summary>Stable names of the rules, with the unit of their figures.</summary>
public static class CueRuleIds
{
    /// <summary>Milliseconds: the cue ends no later than it starts.</summary>
    public const string DurationNotPositive = "duration_not_positive";

    /// <summary>Milliseconds.</summary>
    public const string DurationTooShort = "duration_too_short";

    /// <summary>Milliseconds.</summary>
    public const string DurationTooLong = "duration_too_long";

    /// <summary>Weighted characters a second.</summary>
    public const string ReadingTooFast = "reading_too_fast";

    /// <summary>Weighted characters.</summary>
    public const string LineTooLong = "line_too_long";

    /// <summary>Lines.</summary>
    public const string TooManyLines = "too_many_lines";

    /// <summary>
    /// Weighted characters: the text would fit on one line. A dialogue, each line with a hyphen, is exempt.
    /// </summary>
    public const string LineBreakNeedless = "line_break_needless";

    /// <summary>Characters: a line, or the whole text, is empty.</summary>
    public const string TextEmpty = "text_empty";

    /// <summary>Milliseconds: the cue starts earlier than the one before.</summary>
    public const string OutOfOrder = "out_of_order";

    /// <summary>Milliseconds; negative when the cues overlap.</summary>
    public const string GapTooShort = "gap_too_short";

    /// <summary>Milliseconds: neither closed nor long enough to be seen as a gap.</summary>
    public const string GapNotClosed = "gap_not_closed";

    /// <summary>Milliseconds: the cue ends after the media.</summary>
    public const string AfterMediaEnd = "after_media_end";
}

/// <summary>Holds cues against the rules.</summary>
public static class CueChecker
{
    /// <summary>All violations, by cue.</summary>
    public static ImmutableArray<CueViolation> Check(ImmutableArray<Cue> cues, CueRules rules, long mediaDurationMs)
    {
        ArgumentNullException.ThrowIfNull(rules);
        rules.Validate();
        var found = ImmutableArray.CreateBuilder<CueViolation>();
        for (var k = 0; k < cues.Length; k++)
        {
            var cue = new MeasuredCue(cues[k], k, rules, found);
            cue.CheckText();
            cue.CheckDuration(mediaDurationMs);
            if (k + 1 < cues.Length)
                cue.CheckGap(cues[k + 1]);
        }

        return found.ToImmutable();
    }

    private readonly struct MeasuredCue(Cue cue, int index, CueRules rules, ImmutableArray<CueViolation>.Builder found)
    {
        public void CheckText()
        {
            Report(CueRuleIds.TooManyLines, cue.Lines.Length, rules.MaxLines, cue.Lines.Length > rules.MaxLines);
            Report(CueRuleIds.TextEmpty, 0, 1, cue.Lines.IsEmpty || cue.Lines.Any(string.IsNullOrWhiteSpace));
            foreach (var line in cue.Lines)
            {
                var width = Chars(line);
                Report(CueRuleIds.LineTooLong, width, rules.MaxCharsPerLine, width > rules.MaxCharsPerLine);
            }

            var joined = Chars(string.Join(' ', cue.Lines));
            var dialogue = cue.Lines.All(line => line.StartsWith('-'));
            Report(CueRuleIds.LineBreakNeedless, joined, rules.MaxCharsPerLine,
                cue.Lines.Length > 1 && !dialogue && joined <= rules.MaxCharsPerLine);
        }

        public void CheckDuration(long mediaDurationMs)
        {
            var duration = cue.EndMs - cue.StartMs;
            Report(CueRuleIds.AfterMediaEnd, cue.EndMs, mediaDurationMs, cue.EndMs > mediaDurationMs);
            Report(CueRuleIds.DurationTooLong, duration, rules.MaxDurationMs, duration > rules.MaxDurationMs);
            if (duration <= 0)
            {
                Report(CueRuleIds.DurationNotPositive, duration, 1, true);
                return;
            }

            Report(CueRuleIds.DurationTooShort, duration, rules.MinDurationMs, duration < rules.MinDurationMs);
            var speed = Chars(string.Join(' ', cue.Lines)) * 1000 / duration;
            Report(CueRuleIds.ReadingTooFast, speed, rules.MaxCharsPerSecond, speed > rules.MaxCharsPerSecond);
        }

        public void CheckGap(Cue next)
        {
            var gap = next.StartMs - cue.EndMs;
            Report(CueRuleIds.OutOfOrder, next.StartMs, cue.StartMs, next.StartMs < cue.StartMs);
            Report(CueRuleIds.GapTooShort, gap, rules.MinGapMs, gap < rules.MinGapMs);
            Report(CueRuleIds.GapNotClosed, gap, rules.MinGapMs, CueTiming.IsUnclosed(rules, gap));
        }

        private decimal Chars(string text) => TextWidth.HalfChars(text, rules.Weights) / 2m;

        private void Report(string ruleId, decimal measured, decimal limit, bool broken)
        {
            if (broken)
                found.Add(new CueViolation(ruleId, index, measured, limit));
        }
    }
}
