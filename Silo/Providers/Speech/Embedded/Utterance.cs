using System.Buffers;

namespace Ax2.Captions.Speech;

/// <summary>A phrase and the audio that the recogniser gets: it is from a pool, given back on disposal.</summary>
internal sealed class Utterance : IDisposable
{
    private readonly IMemoryOwner<short> _audio;

    public Utterance(Phrase phrase, ReadOnlySpan<short> audio)
    {
        Phrase = phrase;
        SampleCount = audio.Length;
        _audio = MemoryPool<short>.Shared.Rent(audio.Length);
        audio.CopyTo(_audio.Memory.Span);
    }

    public Phrase Phrase { get; }

    public int SampleCount { get; }

    public ReadOnlyMemory<short> Audio => _audio.Memory[..SampleCount];

    /// <summary>The phrase with these words laid over its voice; without a word when the text holds none.</summary>
    public SpeechSegment Segment(string text)
    {
        if (!text.Any(char.IsLetterOrDigit))
        {
            return new SpeechSegment(
                Phrase.Start * VoiceSegmenter.FrameMs, Phrase.End * VoiceSegmenter.FrameMs, []);
        }
        TimeRange[] stretches = [.. Phrase.Stretches.Select(stretch =>
            new TimeRange(stretch.Start * VoiceSegmenter.FrameMs, stretch.End * VoiceSegmenter.FrameMs))];
        var words = WordSpreader.Spread(text.Split(' '), stretches);
        return new SpeechSegment(words[0].StartMs, words[^1].EndMs, words);
    }

    public void Dispose() => _audio.Dispose();
}
