using System.Numerics.Tensors;

namespace Ax2.Captions.Speech;

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
