using System.Buffers;
using Microsoft.ML.OnnxRuntime;

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
    /// The tokens of each clip. Shorter clips are padded with silence to the longest: the model has no mask, and
    /// silence is what it hears at the end of a clip anyway.
    /// </summary>
    public int[][] Transcribe(IReadOnlyList<short[]> clips, CancellationToken cancellationToken)
    {
        using var run = new RunOptions();
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

    private OrtValue Encode(IReadOnlyList<short[]> clips, RunOptions run)
    {
        var longest = clips.Max(clip => clip.Length);
        var size = clips.Count * longest;
        var buffer = ArrayPool<float>.Shared.Rent(size);
        try
        {
            for (var row = 0; row < clips.Count; row++)
            {
                var padded = buffer.AsSpan(row * longest, longest);
                PcmSamples.ToFloat(clips[row], padded);
                padded[clips[row].Length..].Clear();
            }
            using var audio = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, size), [clips.Count, longest]);
            return _encoder.Run(run, ["input_values"], [audio], ["last_hidden_state"])[0];
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }
}
