using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ax2.Captions.Speech;

/// <summary>The Moonshine model: clips of speech in, tokens out. Safe to call from many threads.</summary>
internal sealed class Moonshine : IDisposable
{
    private readonly InferenceSession _encoder;
    private readonly GreedyDecoder _decoder;

    public Moonshine(ModelFiles files)
    {
        _encoder = OnnxModel.Open(files.Encoder);
        _decoder = new GreedyDecoder(OnnxModel.Open(files.Decoder));
    }

    /// <summary>
    /// The tokens of each clip. Clips are encoded one by one, which costs no more and pads nothing, and decoded
    /// together.
    /// </summary>
    public int[][] Transcribe(IReadOnlyList<ReadOnlyMemory<short>> clips, CancellationToken cancellationToken)
    {
        // What goes wrong comes as an exception; a requested stop is no error to log.
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var stop = cancellationToken.Register(() => run.Terminate = true);
        try
        {
            int[] limits = [.. clips.Select(clip => GreedyDecoder.TokenLimit(clip.Length))];
            return _decoder.Decode(Encode(clips, run), limits, run);
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
    }

    /// <summary>The encoder output of each clip: clips by frames by width.</summary>
    private OrtValue Encode(IReadOnlyList<ReadOnlyMemory<short>> clips, RunOptions run)
    {
        var encoded = new List<OrtValue>(clips.Count);
        try
        {
            foreach (var clip in clips)
            {
                encoded.Add(Encode(clip.Span, run));
            }
            return Stack(encoded);
        }
        finally
        {
            encoded.ForEach(value => value.Dispose());
        }
    }

    private OrtValue Encode(ReadOnlySpan<short> clip, RunOptions run)
    {
        var buffer = ArrayPool<float>.Shared.Rent(clip.Length);
        try
        {
            PcmSamples.ToFloat(clip, buffer);
            using var audio = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, clip.Length), [1, clip.Length]);
            return _encoder.Run(run, ["input_values"], [audio], ["last_hidden_state"])[0];
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Puts the clips one over the other, the shorter ones prolonged by their last frame. That is the quiet after the
    /// words, and the decoder, which has no mask, looks there least.
    /// </summary>
    private static OrtValue Stack(List<OrtValue> encoded)
    {
        long[][] shapes = [.. encoded.Select(value => value.GetTensorTypeAndShape().Shape)];
        var (frames, width) = (shapes.Max(shape => shape[1]), (int)shapes[0][2]);
        var stack = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, TensorElementType.Float, [encoded.Count, frames, width]);
        var target = stack.GetTensorMutableDataAsSpan<float>();
        foreach (var value in encoded)
        {
            var clip = value.GetTensorDataAsSpan<float>();
            var row = target[..((int)frames * width)];
            clip.CopyTo(row);
            for (var at = clip.Length; at < row.Length; at += width)
            {
                clip[^width..].CopyTo(row[at..]);
            }
            target = target[row.Length..];
        }
        return stack;
    }
}
