using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Ax2.Captions.Speech;

/// <summary>A half-open range of voice frames.</summary>
internal readonly record struct FrameRange(long Start, long End)
{
    public long Length => End - Start;
}

/// <summary>Speech between two pauses, in frames from the start of the stream.</summary>
/// <param name="Audio">What the recogniser gets: the phrase and a little of the quiet around it.</param>
/// <param name="Stretches">The voiced stretches, in order; what lies between them are real pauses.</param>
internal sealed record Phrase(FrameRange Audio, ImmutableArray<FrameRange> Stretches)
{
    public long Start => Stretches[0].Start;

    public long End => Stretches[^1].End;
}

/// <summary>
/// Makes phrases of the speech probability of one frame after another. Holds no more than the phrase that is open,
/// and that is at most <paramref name="maxFrames"/> long.
/// </summary>
internal sealed class VoiceSegmenter(int maxFrames)
{
    public const int FrameMs = 32;

    /// <summary>Voice begins at the first and ends below the second: a weak sound does not split a word.</summary>
    private const float OnProbability = 0.5f;
    private const float OffProbability = 0.35f;

    /// <summary>A shorter pause is a stop consonant or a breath in a word, not a pause.</summary>
    private const int JoinFrames = 3;

    /// <summary>A pause that ends a phrase (352 ms). A cue that starts after it has a measured start.</summary>
    private const int CutFrames = 11;

    /// <summary>A phrase with less voice than this waits longer for more: a word alone is recognised badly.</summary>
    private const int ShortFrames = 25;
    private const int ShortCutFrames = 19;

    /// <summary>
    /// Real speech, even a lone "no", holds the detector near 0.98. Notes and chords touch 0.87 for a moment, noise
    /// stays under 0.1. So a phrase must be voiced for 256 ms, half of it beyond doubt.
    /// </summary>
    private const int LeastFrames = 8;
    private const int LeastSureFrames = 4;
    private const float SureProbability = 0.88f;

    /// <summary>The recogniser does better with the quiet around the words.</summary>
    private const int PadFrames = 5;

    private readonly List<float> _probabilities = [];
    private readonly List<FrameRange> _stretches = [];
    private long _now;
    private long? _voiceStart;
    private long _previousEnd;

    /// <summary>Audio before this frame will not be asked for again.</summary>
    public long NeededFrom => PaddedStart(OpenStart ?? _now);

    /// <summary>The first frame of the open phrase; the probabilities begin with it.</summary>
    private long? OpenStart => _stretches.Count > 0 ? _stretches[0].Start : _voiceStart;

    /// <summary>Takes the next frame and answers the phrase that is over with it, if any.</summary>
    public Phrase? Push(float probability)
    {
        var frame = _now++;
        if (_voiceStart is { } start && probability < OffProbability)
        {
            _stretches.Add(new FrameRange(start, frame));
            _voiceStart = null;
        }
        else if (_voiceStart is null && probability >= OnProbability)
        {
            _voiceStart = frame;
            JoinShortPause();
        }
        if (OpenStart is null)
        {
            return null;
        }
        _probabilities.Add(probability);
        return IsOver() ? Take(_now) : _probabilities.Count >= maxFrames ? Take(WeakestFrame()) : null;
    }

    /// <summary>The stream is at its end: the phrase that was open, if any.</summary>
    public Phrase? Finish() => OpenStart is null ? null : Take(_now);

    private void JoinShortPause()
    {
        if (_stretches.Count > 0 && _voiceStart - _stretches[^1].End <= JoinFrames)
        {
            _voiceStart = _stretches[^1].Start;
            _stretches.RemoveAt(_stretches.Count - 1);
        }
    }

    private bool IsOver()
    {
        if (_voiceStart is not null)
        {
            return false;
        }
        var pause = _now - _stretches[^1].End;
        return pause >= ShortCutFrames
            || (pause >= CutFrames && _stretches.Sum(stretch => stretch.Length) >= ShortFrames);
    }

    /// <summary>Where to cut a phrase that is too long: the least voiced place of its second half.</summary>
    private long WeakestFrame()
    {
        const int reach = 2;
        var probabilities = CollectionsMarshal.AsSpan(_probabilities);
        var (weakest, least) = (probabilities.Length / 2, float.MaxValue);
        for (var i = probabilities.Length / 2; i < probabilities.Length - reach; i++)
        {
            var sum = 0f;
            foreach (var probability in probabilities[(i - reach)..(i + reach + 1)])
            {
                sum += probability;
            }
            if (sum < least)
            {
                (weakest, least) = (i, sum);
            }
        }
        return OpenStart!.Value + weakest;
    }

    /// <summary>Takes what lies before <paramref name="cut"/> out of the open phrase.</summary>
    private Phrase? Take(long cut)
    {
        var openStart = OpenStart!.Value;
        if (_voiceStart is { } voiceStart && voiceStart < cut)
        {
            _stretches.Add(new FrameRange(voiceStart, cut));
            _voiceStart = cut < _now ? cut : null;
        }
        var taken = Clip(0, cut);
        var rest = Clip(cut, long.MaxValue);
        var phrase = IsSpeech(taken, openStart)
            ? new Phrase(new(PaddedStart(taken[0].Start), Math.Min(taken[^1].End + PadFrames, cut)), taken)
            : null;
        _previousEnd = taken.Length > 0 ? taken[^1].End : _previousEnd;
        _stretches.Clear();
        _stretches.AddRange(rest);
        var dropped = OpenStart is { } next ? next - openStart : _probabilities.Count;
        _probabilities.RemoveRange(0, (int)dropped);
        return phrase;
    }

    private ImmutableArray<FrameRange> Clip(long from, long to) =>
        [.. _stretches
            .Select(stretch => new FrameRange(Math.Max(stretch.Start, from), Math.Min(stretch.End, to)))
            .Where(stretch => stretch.Length > 0)];

    private bool IsSpeech(ImmutableArray<FrameRange> stretches, long openStart)
    {
        var (voiced, sure) = (0, 0);
        foreach (var stretch in stretches)
        {
            voiced += (int)stretch.Length;
            for (var frame = stretch.Start; frame < stretch.End; frame++)
            {
                sure += _probabilities[(int)(frame - openStart)] >= SureProbability ? 1 : 0;
            }
        }
        return voiced >= LeastFrames && sure >= LeastSureFrames;
    }

    /// <summary>Some quiet before the phrase, but never what the phrase before it said.</summary>
    private long PaddedStart(long start) => Math.Max(start - PadFrames, (start + _previousEnd + 1) / 2);
}
