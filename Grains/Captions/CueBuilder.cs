using System.Collections.Immutable;
using System.Text;
using Ax2.Captions.Phrasing;
using Ax2.Captions.Speech;

namespace Ax2.Captions;

/// <summary>
/// Cuts timed words into cues. Every word is there, in order. A cue starts with its first word and keeps to the rules
/// where the speech lets it; where the speech is too fast or too dense, this gives way, in this order:
/// <list type="number">
/// <item>the end: the cue stays on in the silence after its words, beyond <see cref="CueRules.MaxLingerMs"/> if the
/// reading speed or the least duration need it, up to the gap before the next cue;</item>
/// <item>the closing of short gaps, when a cue would become too long by it;</item>
/// <item>the reading speed, then the least duration, when the next words come too soon;</item>
/// <item>the start, by no more than it takes to show a cue at all, when words are reported at the same time.</item>
/// </list>
/// Width, lines, order, the gap between cues and the longest duration never give way.
/// </summary>
public static class CueBuilder
{
    /// <param name="segments">In order of time.</param>
    /// <param name="rules">The limits, and the language whose words these are.</param>
    /// <param name="mediaDurationMs">No cue ends later, unless its first word is already past it.</param>
    public static ImmutableArray<Cue> Build(
        ImmutableArray<SpeechSegment> segments, CueRules rules, long mediaDurationMs)
    {
        ArgumentNullException.ThrowIfNull(rules);
        rules.Validate();
        var words = CueWords.From(segments, rules);
        var costs = Grammar.For(rules.Language).PartingCosts(words);
        var lines = new LineBreaker(rules, words, costs);
        var ends = new CuePlanner(rules, words, costs, lines, mediaDurationMs).Plan();
        var cues = ImmutableArray.CreateBuilder<Cue>(ends.Count);
        var (first, start) = (0, words.Length > 0 ? words[0].StartMs : 0);
        for (var k = 0; k < ends.Count; k++)
        {
            var last = ends[k];
            var next = k + 1 < ends.Count
                ? Math.Max(words[last + 1].StartMs, start + CueTiming.ShortestMs(rules) + rules.MinGapMs)
                : CueTiming.Never;
            var span = new CueSpan(start, words[last].EndMs, lines.Width(first, last));
            var end = CueTiming.EndMs(rules, span, next, mediaDurationMs);
            cues.Add(new Cue(start, end, Text(words, lines, first, last)));
            (first, start) = (last + 1, next);
        }

        return cues.DrainToImmutable();
    }

    private static ImmutableArray<string> Text(CueWord[] words, LineBreaker lines, int first, int last)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        var line = new StringBuilder();
        foreach (var end in lines.Lines(first, last))
        {
            line.Clear();
            for (var k = first; k <= end; k++)
                line.Append(k == first || words[k].Continues ? "" : " ").Append(words[k].Text);
            texts.Add(line.ToString());
            first = end + 1;
        }

        return texts.ToImmutable();
    }
}
