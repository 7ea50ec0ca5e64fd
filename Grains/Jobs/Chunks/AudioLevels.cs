using System.Runtime.InteropServices;
using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>
/// Measures a stream of samples in frames of equal length. In what buffers the stream comes makes no difference; what
/// is left at its end and fills no frame is not measured.
/// </summary>
internal sealed class AudioLevels(int frameMs)
{
    private readonly byte[] _frame = new byte[frameMs * PcmFormat.BytesPerMs];
    private int _filled;

    /// <summary>Calls <paramref name="measured"/> with the energy of each full frame: the sum of squares.</summary>
    public void Push(ReadOnlySpan<byte> pcm, Action<long> measured)
    {
        while (pcm.Length > 0)
        {
            var taken = Math.Min(pcm.Length, _frame.Length - _filled);
            pcm[..taken].CopyTo(_frame.AsSpan(_filled));
            pcm = pcm[taken..];
            _filled += taken;
            if (_filled == _frame.Length)
            {
                measured(Energy(MemoryMarshal.Cast<byte, short>(_frame)));
                _filled = 0;
            }
        }
    }

    /// <summary>The energy of a sound of this level over <paramref name="ms"/>; 0 dBFS is a full square wave.</summary>
    public static long EnergyOf(double dBFS, int ms)
    {
        var amplitude = short.MaxValue * Math.Pow(10, dBFS / 20);
        return (long)(amplitude * amplitude * ms * PcmFormat.SampleRateHz / 1000);
    }

    private static long Energy(ReadOnlySpan<short> samples)
    {
        long energy = 0;
        foreach (int sample in samples)
        {
            energy += sample * sample;
        }

        return energy;
    }
}
