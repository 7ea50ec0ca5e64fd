using System.Collections.Immutable;
using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Makes one transcript of the chunks of a job. Around a seam both chunks have heard the same words and may have reckoned
/// different times for them: <see cref="SeamAlignment"/> says which are the same, and each word is taken once. The
/// outcome depends on the results alone, not on the order they come in.
/// </summary>
public static class Transcripts
{
    /// <param name="chunks">Of one job, each span once. A missing one leaves a hole.</param>
    public static ImmutableArray<SpeechSegment> Join(ImmutableArray<ChunkResult> chunks)
    {
        var shares = chunks.OrderBy(chunk => chunk.Span.StartMs).Select(chunk => new ChunkShare(chunk)).ToList();
        for (var k = 1; k < shares.Count; k++)
        {
            SeamAlignment.Part(shares[k - 1], shares[k]);
        }

        var joined = new List<SpeechSegment>();
        var wasCut = false;
        foreach (var share in shares)
        {
            var segments = share.Segments();
            Append(joined, segments, isOneUtterance: wasCut && share.IsFirstCut);
            wasCut = share.IsLastCut;
        }

        return InOrder(joined);
    }

    /// <param name="joined">What was joined so far; its last segment may be one with the first that is added.</param>
    /// <param name="segments">What is added.</param>
    /// <param name="isOneUtterance">The seam went through an utterance that both chunks have heard.</param>
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
    /// At a seam a word may begin before the one before it has ended, by what the two chunks reckoned differently.
    /// </summary>
    private static ImmutableArray<SpeechSegment> InOrder(List<SpeechSegment> segments)
    {
        var ordered = ImmutableArray.CreateBuilder<SpeechSegment>(segments.Count);
        long clock = 0;
        foreach (var segment in segments)
        {
            var start = Math.Max(clock, segment.StartMs);
            clock = start;
            var words = ImmutableArray.CreateBuilder<TimedWord>(segment.Words.Length);
            foreach (var word in segment.Words)
            {
                clock = Math.Max(clock, word.StartMs);
                words.Add(word with { StartMs = clock, EndMs = Math.Max(clock, word.EndMs) });
            }

            for (var k = 0; k + 1 < words.Count; k++)
            {
                words[k] = words[k] with { EndMs = Math.Min(words[k].EndMs, words[k + 1].StartMs) };
            }

            var end = Math.Max(segment.EndMs, words.Count > 0 ? words[^1].EndMs : start);
            ordered.Add(new SpeechSegment(start, end, words.DrainToImmutable()));
        }

        return ordered.DrainToImmutable();
    }
}
