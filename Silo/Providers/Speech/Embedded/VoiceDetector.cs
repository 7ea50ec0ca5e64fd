using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Ax2.Captions.Speech;

/// <summary>Silero VAD over one stream: the probability of speech in one frame after another.</summary>
internal sealed class VoiceDetector : IDisposable
{
    public const int FrameSamples = 512;

    /// <summary>The model hears the end of the frame before too; without it, it never finds speech.</summary>
    private const int ContextSamples = 64;
    private const int StateSize = 2 * 1 * 128;

    private static readonly string[] InputNames = ["input", "sr", "state"];
    private static readonly string[] OutputNames = ["output", "stateN"];

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly float[] _input = new float[ContextSamples + FrameSamples];
    private readonly float[] _output = new float[1];
    private readonly OrtValue _inputValue;
    private readonly OrtValue _rateValue;
    private readonly OrtValue _outputValue;
    private OrtValue _state;
    private OrtValue _nextState;

    public VoiceDetector(InferenceSession session)
    {
        _session = session;
        _inputValue = OrtValue.CreateTensorValueFromMemory(_input, [1, _input.Length]);
        _rateValue = OrtValue.CreateTensorValueFromMemory(new long[] { PcmFormat.SampleRateHz }, []);
        _outputValue = OrtValue.CreateTensorValueFromMemory(_output, [1, 1]);
        _state = OrtValue.CreateTensorValueFromMemory(new float[StateSize], [2, 1, 128]);
        _nextState = OrtValue.CreateTensorValueFromMemory(new float[StateSize], [2, 1, 128]);
    }

    /// <param name="frame"><see cref="FrameSamples"/> samples that follow those of the call before.</param>
    public float Next(ReadOnlySpan<short> frame)
    {
        _input.AsSpan(FrameSamples).CopyTo(_input);
        PcmSamples.ToFloat(frame, _input.AsSpan(ContextSamples));
        _session.Run(
            _runOptions, InputNames, [_inputValue, _rateValue, _state], OutputNames, [_outputValue, _nextState]);
        (_state, _nextState) = (_nextState, _state);
        return _output[0];
    }

    public void Dispose()
    {
        foreach (var value in (OrtValue[])[_inputValue, _rateValue, _outputValue, _state, _nextState])
        {
            value.Dispose();
        }
        _runOptions.Dispose();
    }
}

internal static class PcmSamples
{
    /// <summary>Samples as the models want them, -1 to 1.</summary>
    public static void ToFloat(ReadOnlySpan<short> samples, Span<float> floats)
    {
        floats = floats[..samples.Length];
        TensorPrimitives.ConvertTruncating(samples, floats);
        TensorPrimitives.Multiply(floats, 1f / 32768, floats);
    }
}
