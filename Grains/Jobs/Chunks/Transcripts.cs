using System.Collections.Immutable;
using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Makes one transcript of the chunks of a job. Around a chunk boundary the same words were recognised in both chunks,
/// perhaps at different times: <see cref="BoundaryAlignment"/> says which are the same, and each word is used once.
/// The outcome depends on the results alone, not on the order they come in.
/// </summary>
public static class Transcripts
{
    /// <param name="chunks">Of one job, each span once. A missing one leaves a hole.</param>
    public static ImmutableArray<SpeechSegment> Join(ImmutableArray<ChunkResult> chunks)
    {
        var selections = chunks.OrderBy(chunk => chunk.Span.StartMs)
            .Select(chunk => new ChunkSelection(chunk)).ToList();
        for (var k = 1; k < selections.Count; k++)
        {
            BoundaryAlignment.Split(selections[k - 1], selections[k]);
        }

        var joined = new List<SpeechSegment>();
        var wasCut = false;
        foreach (var selection in selections)
        {
            var segments = selection.Segments();
            Append(joined, segments, isOneUtterance: wasCut && selection.IsFirstCut);
            wasCut = selection.IsLastCut;
        }

        return InOrder(joined);
    }

    /// <param name="joined">What was joined so far; its last segment may be one with the first that is added.</param>
    /// <param name="segments">What is added.</param>
    /// <param name="isOneUtterance">The boundary lies within an utterance that was recognised in both chunks.</param>
    private static void Append(List<SpeechSegment> joined, List<SpeechSegment> segments, bool isOneUtterance)
    {
        if (joined.Count > 0 && segments.Count > 0)
        {
            var (before, after) = (joined[^1], segments[0]);
            var isOneVoice = before.Words.IsEmpty && after.Words.IsEmpty && before.EndMs == after.StartMs;
            if (isOneVoice || (isOneUtterance && !before.Words.IsEmpty && !after.Words.IsEmpty))
            {
                joined[^1] = new SpeechSegment(before.StartMs, after.EndMs, [.. before.Words, .. after.Words]);
                segments.RemoveAt(0);
            }
        }

        joined.AddRange(segments);
    }

    /// <summary>
    /// At a boundary a word may begin before the one before it has ended, since the two chunks time it differently:
    /// then that ends there, and no word begins before an earlier one.
    /// </summary>
    private static ImmutableArray<SpeechSegment> InOrder(List<SpeechSegment> segments)
    {
        var starts = new List<long>();
        long clock = 0;
        foreach (var word in segments.SelectMany(segment => segment.Words))
        {
            clock = Math.Max(clock, word.StartMs);
            starts.Add(clock);
        }

        var next = 0;
        return [.. segments.Select(segment => segment.Words.IsEmpty ? segment : Timed(segment))];

        SpeechSegment Timed(SpeechSegment segment)
        {
            var words = segment.Words.Select(word =>
            {
                var start = starts[next++];
                var latest = next < starts.Count ? starts[next] : long.MaxValue;
                return word with { StartMs = start, EndMs = Math.Clamp(word.EndMs, start, latest) };
            }).ToImmutableArray();
            var limit = next < starts.Count ? starts[next] : long.MaxValue;
            return new SpeechSegment(
                Math.Min(segment.StartMs, words[0].StartMs),
                Math.Max(words[^1].EndMs, Math.Min(segment.EndMs, limit)),
                words);
        }
    }
}
