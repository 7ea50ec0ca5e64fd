using System.Runtime.InteropServices;
using Ax2.Captions.Speech;

namespace Ax2.Jobs.Chunks;

/// <summary>Sound of given loudness, made of one level after the other.</summary>
internal static class MadeAudio
{
    /// <summary>A square wave whose amplitude is the level of its section.</summary>
    public static byte[] Of(params (int Ms, short Level)[] sections)
    {
        var samples = new List<short>();
        foreach (var (ms, level) in sections)
        {
            for (var k = 0; k < ms * PcmFormat.SampleRateHz / 1000; k++)
            {
                samples.Add(k % 16 < 8 ? level : (short)-level);
            }
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(samples)).ToArray();
    }

    /// <summary>As loud as speech, at random and always the same for a seed, with a pause now and then.</summary>
    public static byte[] Speech(int ms, int seed)
    {
        var random = new Random(seed);
        var sections = new List<(int, short)>();
        for (var left = ms; left > 0;)
        {
            var isPause = random.Next(8) == 0;
            var section = Math.Min(left, isPause ? random.Next(50, 900) : random.Next(30, 300));
            sections.Add((section, (short)(isPause ? random.Next(0, 60) : random.Next(500, 12_000))));
            left -= section;
        }

        return Of([.. sections]);
    }
}
