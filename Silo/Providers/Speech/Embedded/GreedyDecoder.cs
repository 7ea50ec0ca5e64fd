using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Ax2.Captions.Speech;

/// <summary>Takes the likeliest token at each step, for all clips of a batch together.</summary>
internal sealed class GreedyDecoder(InferenceSession session) : IDisposable
{
    private const int StartToken = 1;
    private const int EndToken = 2;

    /// <summary>Nobody speaks more; a decoder that goes on is looping.</summary>
    private const double TokensPerSecond = 6.5;

    /// <summary>A word or two with their marks, however short the clip.</summary>
    private const int LeastTokens = 6;
    private const int LoopCheckTokens = 8;

    /// <summary>
    /// A row that is done still costs its share of each step, and leaving the batch costs a copy of those that stay:
    /// rows leave when the batch is down to this share.
    /// </summary>
    private const double KeepShare = 0.75;
    private const int Done = -1;

    private readonly DecoderNames _names = new(session);

    public static int TokenLimit(int samples) =>
        LeastTokens + (int)Math.Ceiling(samples * TokensPerSecond / PcmFormat.SampleRateHz);

    /// <param name="encoded">The encoder's output for the batch; it is disposed here.</param>
    /// <param name="limits">The most tokens for each row.</param>
    /// <param name="run">Terminating it ends the decoding with an <see cref="OnnxRuntimeException"/>.</param>
    public int[][] Decode(OrtValue encoded, IReadOnlyList<int> limits, RunOptions run)
    {
        List<int>[] spoken = [.. limits.Select(_ => new List<int>())];
        using var batch = new DecoderBatch(session, _names, encoded);
        var clips = Enumerable.Range(0, limits.Count).ToArray();
        var tokens = Enumerable.Repeat((long)StartToken, clips.Length).ToArray();
        while (true)
        {
            using (var logits = batch.Step(tokens, run))
            {
                TakeLikeliest(logits.GetTensorDataAsSpan<float>(), tokens);
            }
            for (var row = 0; row < clips.Length; row++)
            {
                if (clips[row] is not Done and var clip && !Take(spoken[clip], tokens[row], limits[clip]))
                {
                    clips[row] = Done;
                }
            }
            int[] going = [.. Enumerable.Range(0, clips.Length).Where(row => clips[row] != Done)];
            if (going.Length == 0)
            {
                return [.. spoken.Select(row => row.ToArray())];
            }
            if (going.Length <= clips.Length * KeepShare)
            {
                batch.Keep(going);
                (clips, tokens) = ([.. going.Select(row => clips[row])], [.. going.Select(row => tokens[row])]);
            }
        }
    }

    public void Dispose() => session.Dispose();

    private static void TakeLikeliest(ReadOnlySpan<float> logits, long[] tokens)
    {
        var width = logits.Length / tokens.Length;
        for (var row = 0; row < tokens.Length; row++)
        {
            tokens[row] = TensorPrimitives.IndexOfMax(logits.Slice(row * width, width));
        }
    }

    /// <summary>Notes the token; false when the row has come to its end.</summary>
    private static bool Take(List<int> spoken, long token, int limit)
    {
        if (token == EndToken)
        {
            return false;
        }
        spoken.Add((int)token);
        var isLooping = spoken.Count % LoopCheckTokens == 0 && LoopCutter.EndsInLoop(CollectionsMarshal.AsSpan(spoken));
        return !isLooping && spoken.Count < limit;
    }
}
