using Ax2.Captions.Speech;

namespace Ax2.Tests.Providers.Speech.Embedded;

/// <summary>Sounds that nobody spoke, a minute each.</summary>
internal static class MadeSound
{
    private const int Samples = 60 * PcmFormat.SampleRateHz;

    public static short[] Silence() => new short[Samples];

    public static short[] WhiteNoise(double level)
    {
        var random = new Random(1);
        return Make(_ => level * Noise(random));
    }

    /// <summary>Equal power in each octave, as in rooms and on tape.</summary>
    public static short[] PinkNoise(double level)
    {
        var random = new Random(2);
        var (low, middle, high) = (0.0, 0.0, 0.0);
        return Make(_ =>
        {
            var white = Noise(random);
            low = (0.99765 * low) + (0.0990460 * white);
            middle = (0.96300 * middle) + (0.2965164 * white);
            high = (0.57000 * high) + (1.0526913 * white);
            return level * 0.3 * (low + middle + high + (0.1848 * white));
        });
    }

    /// <summary>Major chords, a new one every two seconds, that swell and fade with the beat.</summary>
    public static short[] Chords(double level, int harmonics, double beatHz) => Make(seconds =>
    {
        var root = 261.6 * Math.Pow(2, (int)(seconds / 2) * 5 % 12 / 12.0);
        var swell = beatHz == 0 ? 1 : 0.5 + (0.5 * Math.Sin(2 * Math.PI * beatHz * seconds));
        return level * swell * new[] { 1, 1.26, 1.498 }.Sum(step => Tone(root * step, harmonics, seconds)) / 3;
    });

    /// <summary>Plucked notes up and down a chord.</summary>
    public static short[] Arpeggio(double level, int harmonics, double notesPerSecond)
    {
        int[] steps = [0, 4, 7, 12, 16, 19, 24, 19, 16, 12, 7, 4];
        return Make(seconds =>
        {
            var note = (int)(seconds * notesPerSecond);
            var since = seconds - (note / notesPerSecond);
            var frequency = 130.8 * Math.Pow(2, steps[note % steps.Length] / 12.0);
            return level * Math.Exp(-4 * since) * Tone(frequency, harmonics, seconds);
        });
    }

    private static double Tone(double frequency, int harmonics, double seconds) => Enumerable.Range(1, harmonics)
        .Sum(harmonic => Math.Sin(2 * Math.PI * frequency * harmonic * seconds) / harmonic);

    private static double Noise(Random random) => (random.NextDouble() * 2) - 1;

    private static short[] Make(Func<double, double> at)
    {
        var samples = new short[Samples];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)(32_767 * Math.Clamp(at((double)i / PcmFormat.SampleRateHz), -1, 1));
        }
        return samples;
    }
}
