using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Ax2.Captions.Speech;

/// <summary>
/// Cuts one stream of samples into utterances. Holds the audio of the open phrase and no more of what it was given.
/// </summary>
internal sealed class VoiceScanner(InferenceSession session, int maxPhraseFrames) : IDisposable
{
    private const int FrameSamples = VoiceDetector.FrameSamples;

    private readonly VoiceDetector _detector = new(session);
    private readonly VoiceSegmenter _segmenter = new(maxPhraseFrames);

    /// <summary>The samples from frame <see cref="_heldFrom"/> on.</summary>
    private readonly List<short> _held = [];
    private long _heldFrom;
    private long _nextFrame;

    /// <summary>All speech before this has been answered.</summary>
    public long DoneMs => _heldFrom * VoiceSegmenter.FrameMs;

    /// <summary>Takes the samples that follow those of the call before; answers the utterances that are over.</summary>
    public List<Utterance> Scan(ReadOnlySpan<short> samples, CancellationToken cancellationToken)
    {
        _held.AddRange(samples);
        var end = _heldFrom + (_held.Count / FrameSamples);
        var probabilities = new float[end - _nextFrame];
        _detector.Detect(Held(new FrameRange(_nextFrame, end)), probabilities, cancellationToken);
        var utterances = new List<Utterance>();
        foreach (var probability in probabilities)
        {
            Add(utterances, _segmenter.Push(probability));
        }
        _nextFrame = end;
        var dropped = (int)(Math.Min(_segmenter.NeededFrom, _nextFrame) - _heldFrom);
        _held.RemoveRange(0, dropped * FrameSamples);
        _heldFrom += dropped;
        return utterances;
    }

    /// <summary>The stream is at its end: what was still open.</summary>
    public List<Utterance> Finish(CancellationToken cancellationToken)
    {
        var partial = _held.Count % FrameSamples;
        var utterances = Scan(partial == 0 ? [] : new short[FrameSamples - partial], cancellationToken);
        Add(utterances, _segmenter.Finish());
        return utterances;
    }

    public void Dispose() => _detector.Dispose();

    private void Add(List<Utterance> utterances, Phrase? phrase)
    {
        if (phrase is not null)
        {
            utterances.Add(new Utterance(phrase, Held(phrase.Audio)));
        }
    }

    private Span<short> Held(FrameRange frames) => CollectionsMarshal.AsSpan(_held)
        .Slice((int)(frames.Start - _heldFrom) * FrameSamples, (int)frames.Length * FrameSamples);
}
