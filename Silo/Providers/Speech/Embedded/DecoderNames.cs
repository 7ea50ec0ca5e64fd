using Microsoft.ML.OnnxRuntime;

namespace Ax2.Captions.Speech;

/// <summary>The decoder's inputs and outputs, in the order in which <see cref="DecoderBatch"/> holds them.</summary>
internal sealed class DecoderNames
{
    private const string Past = "past_key_values.";

    public DecoderNames(InferenceSession session)
    {
        var inputs = session.InputMetadata.Keys;
        string[] caches = [.. inputs.Where(name => name.StartsWith(Past, StringComparison.Ordinal))];
        string[] spoken = [.. caches.Where(name => name.Contains(".decoder.", StringComparison.Ordinal))];
        string[] encoded = [.. caches.Except(spoken)];
        Inputs = ["input_ids", "encoder_hidden_states", "use_cache_branch", .. spoken, .. encoded];
        FirstOutputs = ["logits", .. spoken.Concat(encoded).Select(Present)];
        Outputs = ["logits", .. spoken.Select(Present)];
        var shape = session.InputMetadata[spoken[0]].Dimensions;
        (Heads, HeadSize) = (shape[1], shape[3]);
    }

    public string[] Inputs { get; }

    /// <summary>The first step makes the keys and values of what was encoded; later steps reuse them.</summary>
    public string[] FirstOutputs { get; }

    public string[] Outputs { get; }

    public int Heads { get; }

    public int HeadSize { get; }

    private static string Present(string past) => $"present.{past[Past.Length..]}";
}
