using System.Diagnostics;
using System.Runtime.InteropServices;
using Ax2.Captions.Speech;
using Ax2.TestKit;
using Ax2.TestKit.Speech;
using Microsoft.Extensions.Options;

namespace Ax2.Benchmarks.Speech;

/// <summary>
/// The embedded engine against the plain greedy loop on the same audio, each on one thread, turn by turn. The cost is
/// processor time, all threads of the process together, so that nothing is had for free on another core.
/// </summary>
internal static class SpeechBenchmark
{
    private const int Rounds = 3;
    private const int MinutesOfAudio = 5;

    public static async Task<BenchReport> RunAsync()
    {
        var models = await Prepared.SpeechModelsAsync(CancellationToken.None);
        var track = MakeTrack();
        using var plain = new PlainGreedyLoop(models);
        using var oneThread = Engine(models, threads: 1);
        using var allThreads = Engine(models, threads: 0);
        var pcm = track.ToPcm();
        var (plainCosts, engineCosts, wallTimes) = (new List<double>(), new List<double>(), new List<double>());
        var (plainText, engineText) = ("", "");
        await RecognizeAsync(allThreads, pcm[..(pcm.Length / 10 & ~1)]);
        for (var round = 0; round < Rounds; round++)
        {
            var started = ProcessorTime();
            plainText = plain.Recognize(MemoryMarshal.Cast<byte, short>(pcm));
            plainCosts.Add(ProcessorTime() - started);

            started = ProcessorTime();
            engineText = await RecognizeAsync(oneThread, pcm);
            engineCosts.Add(ProcessorTime() - started);

            var clock = Stopwatch.StartNew();
            await RecognizeAsync(allThreads, pcm);
            wallTimes.Add(clock.Elapsed.TotalSeconds);
        }
        return Report(track, plainCosts, plainText, engineCosts, engineText, wallTimes);
    }

    private static BenchReport Report(
        SpeechTrack track,
        List<double> plainCosts,
        string plainText,
        List<double> engineCosts,
        string engineText,
        List<double> wallTimes)
    {
        const string costUnit = "s/s";
        const string errorUnit = "errors/word";
        var seconds = track.DurationMs / 1000.0;
        var speedups = plainCosts.Zip(engineCosts, (plain, engine) => plain / engine);
        return new BenchReport("speech",
        [
            new("engine_speedup", Median(speedups), "x", ">= 2.0"),
            new("engine_wer", WordErrorRate.Of(track.Words, engineText), errorUnit, "<= baseline_wer"),
            new("baseline_wer", WordErrorRate.Of(track.Words, plainText), errorUnit),
            new("engine_s_per_audio_s", Median(engineCosts) / seconds, costUnit),
            new("baseline_s_per_audio_s", Median(plainCosts) / seconds, costUnit),
            new("engine_all_cores_s_per_audio_s", Median(wallTimes) / seconds, costUnit),
        ]);
    }

    /// <summary>The samples, whole and cut where a word ends, at many levels, with pauses of many lengths.</summary>
    private static SpeechTrack MakeTrack()
    {
        var random = new Random(20260301);
        var pieces = Pieces().ToArray();
        var track = new SpeechTrack();
        while (track.DurationMs < MinutesOfAudio * 60_000)
        {
            var (samples, words) = pieces[random.Next(pieces.Length)];
            track.Say(samples, words, gain: 0.25 + (0.9 * random.NextDouble())).Silence(random.Next(50, 2500));
        }
        return track;
    }

    private static IEnumerable<(short[] Samples, string Words)> Pieces()
    {
        (int CutMs, int WordsBefore)[] cuts = [(3860, 10), (1136, 3), (1300, 4)];
        foreach (var (sample, (cutMs, wordsBefore)) in SpeechSample.All.Zip(cuts))
        {
            var samples = sample.Read();
            var words = sample.Words.Split(' ');
            var cut = cutMs * PcmFormat.SampleRateHz / 1000;
            yield return (samples, sample.Words);
            yield return (samples[..cut], string.Join(' ', words[..wordsBefore]));
            yield return (samples[cut..], string.Join(' ', words[wordsBefore..]));
        }
    }

    private static EmbeddedEngine Engine(string models, int threads) =>
        new(Options.Create(new EmbeddedSpeechOptions { ModelFolder = models, Threads = threads }));

    private static async Task<string> RecognizeAsync(EmbeddedEngine engine, byte[] pcm)
    {
        var words = new List<string>();
        var request = new SpeechRequest("bench", "en");
        await foreach (var segment in new EmbeddedSpeechRecognizer(engine)
            .RecognizeAsync(new MemoryStream(pcm), request, null, CancellationToken.None))
        {
            words.AddRange(segment.Words.Select(word => word.Text));
        }
        return string.Join(' ', words);
    }

    private static double ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
