using Microsoft.ML.OnnxRuntime;

namespace Ax2.Captions.Speech;

/// <summary>
/// Silero VAD over one stream: the probability of speech in each frame. The model goes frame by frame, but eight
/// frames at once cost it half: so a long stretch is cut into strips that are gone through side by side. A strip starts
/// without memory and reads some audio before its own first, after which it agrees with one that read all.
/// </summary>
internal sealed class VoiceDetector(InferenceSession session) : IDisposable
{
    public const int FrameSamples = 512;

    /// <summary>The model reads the end of the previous frame too; without it, it never finds speech.</summary>
    private const int ContextSamples = 64;
    private const int InputSamples = ContextSamples + FrameSamples;
    private const int StateSize = 128;
    private const int StateLayers = 2;

    private const int MaxStrips = 8;
    private const int WarmUpFrames = 32;

    private static readonly string[] InputNames = ["input", "sr", "state"];
    private static readonly string[] OutputNames = ["output", "stateN"];

    private readonly RunOptions _run = new();
    private readonly OrtValue _rate = OrtValue.CreateTensorValueFromMemory(new long[] { PcmFormat.SampleRateHz }, []);
    private readonly short[] _context = new short[ContextSamples];
    private readonly float[] _state = new float[StateLayers * StateSize];

    /// <param name="samples">Whole frames that follow those of the call before.</param>
    /// <param name="probabilities">Takes one number for each frame.</param>
    /// <param name="cancellationToken">Heeded at each step.</param>
    public void Detect(ReadOnlySpan<short> samples, Span<float> probabilities, CancellationToken cancellationToken)
    {
        var frames = samples.Length / FrameSamples;
        if (frames == 0)
        {
            return;
        }
        var count = Math.Clamp(frames / (4 * WarmUpFrames), 1, MaxStrips);
        var steps = count == 1 ? frames : WarmUpFrames + (frames - WarmUpFrames + count - 1) / count;
        using var strips = new Strips(count, _state);
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var strip = 0; strip < count; strip++)
            {
                Fill(samples, First(strip) + step, strips.Input(strip));
            }
            strips.Run(session, _run, _rate);
            for (var strip = step < WarmUpFrames ? 0 : count - 1; strip >= 0; strip--)
            {
                probabilities[First(strip) + step] = strips.Output[strip];
            }
        }
        strips.ReadState(count - 1, _state);
        samples[^ContextSamples..].CopyTo(_context);

        // The last strip ends where the stretch does; it may share frames with the one before.
        int First(int strip) => Math.Min(strip * (steps - WarmUpFrames), frames - steps);
    }

    public void Dispose()
    {
        _rate.Dispose();
        _run.Dispose();
    }

    /// <summary>Gives the model a frame and the end of the one before.</summary>
    private void Fill(ReadOnlySpan<short> samples, int frame, Span<float> input)
    {
        var start = (frame * FrameSamples) - ContextSamples;
        if (start >= 0)
        {
            PcmSamples.ToFloat(samples.Slice(start, InputSamples), input);
        }
        else
        {
            PcmSamples.ToFloat(_context, input);
            PcmSamples.ToFloat(samples[..FrameSamples], input[ContextSamples..]);
        }
    }

    /// <summary>The model's tensors for a number of strips. The state goes back and forth between two.</summary>
    private sealed class Strips : IDisposable
    {
        private readonly int _count;
        private readonly float[] _input;
        private readonly OrtValue _inputValue;
        private readonly OrtValue _outputValue;
        private OrtValue _state;
        private OrtValue _nextState;

        /// <param name="firstState">What the first strip remembers; the others begin with nothing.</param>
        public Strips(int count, ReadOnlySpan<float> firstState)
        {
            _count = count;
            _input = new float[count * InputSamples];
            Output = new float[count];
            _inputValue = OrtValue.CreateTensorValueFromMemory(_input, [count, InputSamples]);
            _outputValue = OrtValue.CreateTensorValueFromMemory(Output, [count, 1]);
            _state = NoState(count);
            _nextState = NoState(count);
            for (var layer = 0; layer < StateLayers; layer++)
            {
                firstState.Slice(layer * StateSize, StateSize).CopyTo(StateOf(layer, 0));
            }
        }

        public float[] Output { get; }

        public Span<float> Input(int strip) => _input.AsSpan(strip * InputSamples, InputSamples);

        public void Run(InferenceSession session, RunOptions run, OrtValue rate)
        {
            session.Run(run, InputNames, [_inputValue, rate, _state], OutputNames, [_outputValue, _nextState]);
            (_state, _nextState) = (_nextState, _state);
        }

        public void ReadState(int strip, Span<float> state)
        {
            for (var layer = 0; layer < StateLayers; layer++)
            {
                StateOf(layer, strip).CopyTo(state[(layer * StateSize)..]);
            }
        }

        public void Dispose()
        {
            _inputValue.Dispose();
            _outputValue.Dispose();
            _state.Dispose();
            _nextState.Dispose();
        }

        private Span<float> StateOf(int layer, int strip) => _state.GetTensorMutableDataAsSpan<float>()
            .Slice(((layer * _count) + strip) * StateSize, StateSize);

        private static OrtValue NoState(int count) => OrtValue.CreateTensorValueFromMemory(
            new float[StateLayers * count * StateSize], [StateLayers, count, StateSize]);
    }
}
