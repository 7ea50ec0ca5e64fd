namespace Ax2.Captions.Speech;

/// <summary>Where audio is best cut so that no word is cut with it.</summary>
internal static class QuietPoint
{
    private const int FrameMs = 10;
    private const int FrameSamples = PcmFormat.SampleRateHz * FrameMs / 1000;

    /// <summary>As long as a pause between words (300 ms), so that the quiet inside a consonant does not win.</summary>
    private const int PauseFrames = 30;

    /// <summary>The point is looked for in the last quarter, and not further back than half a minute.</summary>
    private const int MaxSearchFrames = 30_000 / FrameMs;

    /// <summary>The middle of the quietest pause near the end, in ms; among equals the last.</summary>
    public static int FindMs(ReadOnlySpan<short> samples)
    {
        var frames = samples.Length / FrameSamples;
        var first = frames - Math.Clamp(frames / 4, PauseFrames, MaxSearchFrames);
        var powers = new long[frames - first];
        var (window, least, quietest) = (0L, long.MaxValue, 0);
        for (var i = 0; i < powers.Length; i++)
        {
            powers[i] = Power(samples.Slice((first + i) * FrameSamples, FrameSamples));
            window += powers[i] - (i >= PauseFrames ? powers[i - PauseFrames] : 0);
            if (i >= PauseFrames - 1 && window <= least)
            {
                (least, quietest) = (window, i);
            }
        }
        return (first + quietest + 1 - (PauseFrames / 2)) * FrameMs;
    }

    private static long Power(ReadOnlySpan<short> samples)
    {
        var sum = 0L;
        foreach (var sample in samples)
        {
            sum += (long)sample * sample;
        }
        return sum;
    }
}
