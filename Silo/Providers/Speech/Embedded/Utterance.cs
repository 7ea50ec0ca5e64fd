namespace Ax2.Captions.Speech;

/// <summary>A phrase and what the recogniser shall hear of it.</summary>
internal sealed record Utterance(Phrase Phrase, short[] Audio)
{
    /// <summary>The phrase with these words laid over its voice, or null when the text holds no word.</summary>
    public SpeechSegment? Segment(string text)
    {
        if (!text.Any(char.IsLetterOrDigit))
        {
            return null;
        }
        TimeRange[] stretches = [.. Phrase.Stretches.Select(stretch =>
            new TimeRange(stretch.Start * VoiceSegmenter.FrameMs, stretch.End * VoiceSegmenter.FrameMs))];
        var words = WordSpreader.Spread(text.Split(' '), stretches);
        return new SpeechSegment(words[0].StartMs, words[^1].EndMs, words);
    }
}
