using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ax2.Captions.Speech;

/// <summary>
/// The decoder's state for a batch. What a step puts out goes into the next step as it is, without a copy.
/// </summary>
internal sealed class DecoderBatch : IDisposable
{
    private const int Ids = 0;
    private const int Encoded = 1;
    private const int Switch = 2;
    private const int FirstCache = 3;

    private readonly InferenceSession _session;
    private readonly DecoderNames _names;

    /// <summary>By <see cref="DecoderNames.Inputs"/>. All are ours.</summary>
    private readonly OrtValue[] _inputs;

    /// <summary>What the next step puts out: the first one makes the caches of what was encoded too.</summary>
    private string[] _outputs;

    /// <param name="encoded">The encoder's output; the batch disposes it.</param>
    public DecoderBatch(InferenceSession session, DecoderNames names, OrtValue encoded)
    {
        (_session, _names, _outputs) = (session, names, names.FirstOutputs);
        var rows = encoded.GetTensorTypeAndShape().Shape[0];
        _inputs = [Scalar(0L), encoded, Scalar(false), .. names.Inputs.Skip(FirstCache).Select(_ => NoCache(rows))];
    }

    /// <summary>Feeds each row's last token; answers the logits of the next, which the caller disposes.</summary>
    public OrtValue Step(long[] tokens, RunOptions run)
    {
        Replace(Ids, OrtValue.CreateTensorValueFromMemory(tokens, [tokens.Length, 1]));
        var outputs = _session.Run(run, _names.Inputs, _inputs, _outputs);
        for (var i = 1; i < _outputs.Length; i++)
        {
            Replace(FirstCache + i - 1, outputs[i]);
        }
        if (_outputs != _names.Outputs)
        {
            _outputs = _names.Outputs;
            Replace(Switch, Scalar(true));
        }
        return outputs[0];
    }

    /// <summary>Leaves only these rows in the batch.</summary>
    public void Keep(IReadOnlyList<int> rows)
    {
        for (var i = FirstCache; i < _inputs.Length; i++)
        {
            Replace(i, Rows(_inputs[i], rows));
        }
        Replace(Encoded, Rows(_inputs[Encoded], rows));
    }

    public void Dispose()
    {
        foreach (var input in _inputs)
        {
            input.Dispose();
        }
    }

    private void Replace(int input, OrtValue value)
    {
        _inputs[input].Dispose();
        _inputs[input] = value;
    }

    private OrtValue NoCache(long rows) => Allocate([rows, _names.Heads, 0, _names.HeadSize]);

    private static OrtValue Rows(OrtValue from, IReadOnlyList<int> rows)
    {
        var shape = from.GetTensorTypeAndShape().Shape;
        var source = from.GetTensorDataAsSpan<float>();
        var size = source.Length / (int)shape[0];
        shape[0] = rows.Count;
        var kept = Allocate(shape);
        var target = kept.GetTensorMutableDataAsSpan<float>();
        for (var i = 0; i < rows.Count; i++)
        {
            source.Slice(rows[i] * size, size).CopyTo(target[(i * size)..]);
        }
        return kept;
    }

    private static OrtValue Allocate(long[] shape) =>
        OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape);

    private static OrtValue Scalar<T>(T value) where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(new[] { value }, [1]);
}
