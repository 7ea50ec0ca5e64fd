using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// What of a chunk's result goes into the transcript: a run of its words, and its voices without words.
/// </summary>
internal sealed class ChunkShare
{
    private readonly ChunkResult _chunk;

    public ChunkShare(ChunkResult chunk)
    {
        _chunk = chunk;
        Words = [.. chunk.Segments.SelectMany(segment => segment.Words)];
        // Until a neighbour is met: what is spoken in its own span.
        First = Words.TakeWhile(word => MiddleMs(word) < chunk.Span.StartMs).Count();
        End = First + Words.Skip(First).TakeWhile(word => MiddleMs(word) < chunk.Span.EndMs).Count();
    }

    public ChunkSpan Span => _chunk.Span;

    /// <summary>All that it heard, in order.</summary>
    public IReadOnlyList<TimedWord> Words { get; }

    /// <summary>Its first word that is taken.</summary>
    public int First { get; set; }

    /// <summary>The word after the last that is taken.</summary>
    public int End { get; set; }

    /// <summary>The first segment that is taken has lost words to the chunk before.</summary>
    public bool IsFirstCut { get; private set; }

    /// <summary>The last segment that is taken has lost words to the chunk after.</summary>
    public bool IsLastCut { get; private set; }

    public static long MiddleMs(TimedWord word) => (word.StartMs + word.EndMs) / 2;

    public List<SpeechSegment> Segments()
    {
        var taken = new List<SpeechSegment>();
        var next = 0;
        foreach (var segment in _chunk.Segments)
        {
            var (first, end) = (next, next + segment.Words.Length);
            next = end;
            if (segment.Words.IsEmpty)
            {
                AddVoice(taken, segment);
                continue;
            }

            var (from, until) = (Math.Max(first, First), Math.Min(end, End));
            if (from < until)
            {
                IsFirstCut = taken.Count == 0 ? from > first : IsFirstCut;
                IsLastCut = until < end;
                taken.Add(new SpeechSegment(
                    from > first ? Words[from].StartMs : segment.StartMs,
                    until < end ? Words[until - 1].EndMs : segment.EndMs,
                    [.. segment.Words.AsSpan()[(from - first)..(until - first)]]));
            }
        }

        return taken;
    }

    private void AddVoice(List<SpeechSegment> taken, SpeechSegment voice)
    {
        var (start, end) = (Math.Max(voice.StartMs, Span.StartMs), Math.Min(voice.EndMs, Span.EndMs));
        if (start < end)
        {
            taken.Add(new SpeechSegment(start, end, []));
            IsLastCut = false;
        }
    }
}
