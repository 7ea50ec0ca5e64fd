using System.Diagnostics;
using System.Runtime.InteropServices;
using Ax2.Benchmarks.Cluster;
using Ax2.Benchmarks.Job;
using Ax2.Benchmarks.Speech;
using Ax2.Local;
using Ax2.TestKit.Speech;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// How long the API is away after a kill while jobs keep the embedded engines of all silos busy. The supervisor's own
/// pause before it starts a service again is in it.
/// </summary>
internal static class StackRestart
{
    private const int Jobs = 4;
    private const int SpeechMinutes = 10;
    private const int Rounds = 3;
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    public static async Task<RestartTimes> MeasureAsync(
        BenchStack stack, ApiWire wire, Account owner, CancellationToken cancellationToken)
    {
        var speech = new SampleAudio(Path.Combine(stack.Layout.Home, "load.wav"), "");
        var samples = MemoryMarshal.Cast<byte, short>(VariedSpeech.Make(SpeechMinutes).ToPcm()).ToArray();
        await SyntheticSpeech.WriteWavAsync(speech.Path, samples, cancellationToken);
        var upload = await new Media(wire).UploadAsync(owner, speech);
        var jobs = new List<Guid>();
        for (var i = 0; i < Jobs; i++)
        {
            var order = new { uploadId = upload, language = "en", engine = "embedded" };
            var started = await wire.AskAsync(owner.Post("/jobs", order, key: $"{Guid.CreateVersion7()}"));
            jobs.Add(started.Json.GetProperty("id").GetGuid());
        }

        var (seconds, busy) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            await AwaitTranscriptionAsync(wire, owner, jobs, cancellationToken);
            busy.Add(await Processors.FillAsync(cancellationToken));
            seconds.Add(await RestartAsync(stack, cancellationToken));
        }

        foreach (var job in jobs)
        {
            await wire.AskAsync(owner.Post($"/jobs/{job}/cancel"));
        }

        return new RestartTimes(Statistics.Median(seconds), busy.Min());
    }

    /// <summary>Answers when speech is being recognised, and nothing that was started before is still busy.</summary>
    private static async Task AwaitTranscriptionAsync(
        ApiWire wire, Account owner, List<Guid> jobs, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answers = await Task.WhenAll(jobs.Select(job => wire.AskAsync(owner.Get($"/jobs/{job}"))));
            if (answers.Any(answer => answer.Json.GetProperty("stage").GetString() == "transcribing"))
            {
                await Task.Delay(Settle, TimeProvider.System, cancellationToken);
                return;
            }

            if (TimeProvider.System.GetElapsedTime(begun) > Timeout)
            {
                throw new PreparationException("No job of the embedded engine runs.");
            }

            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<double> RestartAsync(BenchStack stack, CancellationToken cancellationToken)
    {
        var api = stack.ProcessOf(StackPlan.ApiName) ?? throw new SetupException("The API does not run.");
        using var probe = new HealthProbe(TimeProvider.System);
        var begun = TimeProvider.System.GetTimestamp();
        using (var process = Process.GetProcessById(api.Pid))
        {
            process.Kill();
        }

        while (await probe.AskAsync(stack.Layout.ApiOrigin, cancellationToken) is not null)
        {
            await Task.Delay(LookEvery, TimeProvider.System, cancellationToken);
        }

        return TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
    }
}

/// <param name="Busy">The processors right before a kill, where they were least so.</param>
internal sealed record RestartTimes(double MedianSeconds, double Busy);
