using System.Diagnostics;
using System.Runtime.InteropServices;
using Ax2.Captions.Speech;
using Ax2.TestKit;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Speech;

/// <summary>
/// The embedded engine against the plain greedy loop on the same audio, each on one thread, turn by turn. The cost is
/// processor time, all threads of the process together, so that nothing is had for free on another core.
/// </summary>
internal static class SpeechBenchmark
{
    private const int Rounds = 3;
    private const int MinutesOfAudio = 5;

    public static async Task<BenchReport> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        var models = await Prepared.SpeechModelsAsync(cancellationToken);
        var track = VariedSpeech.Make(MinutesOfAudio);
        using var plain = new PlainGreedyLoop(models);
        using var oneThread = BenchEngine.Open(models, threads: 1);
        using var allThreads = BenchEngine.Open(models, threads: 0);
        var pcm = track.ToPcm();
        var (plainCosts, engineCosts, wallTimes) = (new List<double>(), new List<double>(), new List<double>());
        var (plainText, engineText) = ("", "");
        await BenchEngine.RecognizeAsync(allThreads, pcm[..(pcm.Length / 10 & ~1)], cancellationToken);
        for (var round = 0; round < (isQuick ? 1 : Rounds); round++)
        {
            var started = ProcessorTime();
            plainText = plain.Recognize(MemoryMarshal.Cast<byte, short>(pcm));
            plainCosts.Add(ProcessorTime() - started);

            started = ProcessorTime();
            engineText = await BenchEngine.RecognizeAsync(oneThread, pcm, cancellationToken);
            engineCosts.Add(ProcessorTime() - started);

            var clock = Stopwatch.StartNew();
            await BenchEngine.RecognizeAsync(allThreads, pcm, cancellationToken);
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
            new("engine_speedup", Statistics.Median(speedups), "x", ">= 2.0"),
            new("engine_wer", WordErrorRate.Of(track.Words, engineText), errorUnit, "<= baseline_wer"),
            new("baseline_wer", WordErrorRate.Of(track.Words, plainText), errorUnit),
            new("engine_s_per_audio_s", Statistics.Median(engineCosts) / seconds, costUnit),
            new("baseline_s_per_audio_s", Statistics.Median(plainCosts) / seconds, costUnit),
            new("engine_all_cores_s_per_audio_s", Statistics.Median(wallTimes) / seconds, costUnit),
        ]);
    }

    private static double ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
