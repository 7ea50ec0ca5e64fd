using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// What of a chunk's result goes into the transcript: consecutive words of it, and its voices without words.
/// </summary>
internal sealed class ChunkSelection
{
    private readonly ChunkResult _chunk;

    public ChunkSelection(ChunkResult chunk)
    {
        _chunk = chunk;
        Words = [.. chunk.Segments.SelectMany(segment => segment.Words)];
        // Until its neighbours are compared: what is spoken in its own span.
        First = Words.TakeWhile(word => MiddleMs(word) < chunk.Span.StartMs).Count();
        End = First + Words.Skip(First).TakeWhile(word => MiddleMs(word) < chunk.Span.EndMs).Count();
    }

    public ChunkSpan Span => _chunk.Span;

    /// <summary>All that was recognised in its audio, in order.</summary>
    public IReadOnlyList<TimedWord> Words { get; }

    /// <summary>Its first word that is selected.</summary>
    public int First { get; set; }

    /// <summary>The word after the last that is selected.</summary>
    public int End { get; set; }

    /// <summary>The first selected segment has lost words to the chunk before.</summary>
    public bool IsFirstCut { get; private set; }

    /// <summary>The last selected segment has lost words to the chunk after.</summary>
    public bool IsLastCut { get; private set; }

    public static long MiddleMs(TimedWord word) => (word.StartMs + word.EndMs) / 2;

    public List<SpeechSegment> Segments()
    {
        var selected = new List<SpeechSegment>();
        var next = 0;
        foreach (var segment in _chunk.Segments)
        {
            var (first, end) = (next, next + segment.Words.Length);
            next = end;
            if (segment.Words.IsEmpty)
            {
                AddVoice(selected, segment);
                continue;
            }

            var (from, until) = (Math.Max(first, First), Math.Min(end, End));
            if (from < until)
            {
                IsFirstCut = selected.Count == 0 ? from > first : IsFirstCut;
                IsLastCut = until < end;
                selected.Add(new SpeechSegment(
                    from > first ? Words[from].StartMs : segment.StartMs,
                    until < end ? Words[until - 1].EndMs : segment.EndMs,
                    [.. segment.Words.AsSpan()[(from - first)..(until - first)]]));
            }
        }

        return selected;
    }

    private void AddVoice(List<SpeechSegment> selected, SpeechSegment voice)
    {
        var (start, end) = (Math.Max(voice.StartMs, Span.StartMs), Math.Min(voice.EndMs, Span.EndMs));
        if (start < end)
        {
            selected.Add(new SpeechSegment(start, end, []));
            IsLastCut = false;
        }
    }
}
