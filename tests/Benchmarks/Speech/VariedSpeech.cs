using Ax2.Captions.Speech;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Speech;

/// <summary>Talk as the benchmarks hear it; the same at each run.</summary>
internal static class VariedSpeech
{
    /// <summary>The three samples, whole and cut where a word ends, at many levels and with pauses of many lengths.</summary>
    public static SpeechTrack Make(int minutes)
    {
        var random = new Random(20260301);
        var pieces = Pieces().ToArray();
        var track = new SpeechTrack();
        while (track.DurationMs < minutes * 60_000)
        {
            var (samples, words) = pieces[random.Next(pieces.Length)];
            track.Say(samples, words, gain: 0.25 + (0.9 * random.NextDouble())).Silence(random.Next(50, 2500));
        }
        return track;
    }

    private static IEnumerable<(short[] Samples, string Words)> Pieces()
    {
        var (long_, short_, middle) = (SpeechSample.All[0], SpeechSample.All[1], SpeechSample.All[2]);
        foreach (var (sample, cutMs, wordsBefore) in new[] { (long_, 3860, 10), (middle, 1300, 4), (short_, 1136, 3) })
        {
            var samples = sample.Read();
            var words = sample.Words.Split(' ');
            var cut = cutMs * PcmFormat.SampleRateHz / 1000;
            yield return (samples, sample.Words);
            yield return (samples[..cut], string.Join(' ', words[..wordsBefore]));
            yield return (samples[cut..], string.Join(' ', words[wordsBefore..]));
        }
    }
}
