using System.Collections.Concurrent;
using Ax2.Benchmarks.Cluster;

namespace Ax2.Benchmarks.Answers;

/// <param name="Words">That its captions must have when it is done.</param>
/// <param name="MayBeCancelled">Somebody cancelled it, or may have.</param>
internal sealed record AcceptedJob(Guid Id, Account Owner, string Words, bool MayBeCancelled);

/// <summary>Every job that the service said yes to, and whether it came to its right end.</summary>
internal sealed class AcceptedJobs(ApiWire wire)
{
    /// <summary>The engine of the bench, which takes its time and no processor.</summary>
    private const string Engine = "remote";
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<Guid, AcceptedJob> _jobs = new();

    public int Count => _jobs.Count;

    public static object Order(Guid upload) => new { uploadId = upload, language = "en", engine = Engine };

    public async Task<AcceptedJob> StartAsync(Account owner, Guid upload, SampleAudio sample)
    {
        var started = await wire.AskAsync(owner.Post("/jobs", Order(upload), key: $"{Guid.CreateVersion7()}"));
        return Add(started, owner, sample);
    }

    public AcceptedJob Add(Answer answer, Account owner, SampleAudio sample, bool mayBeCancelled = false)
    {
        var job = new AcceptedJob(answer.Json.GetProperty("id").GetGuid(), owner, sample.Words, mayBeCancelled);
        return _jobs.GetOrAdd(job.Id, job);
    }

    /// <summary>Whatever becomes of it is right, as long as it ends.</summary>
    public void MayBeCancelled(AcceptedJob job) => _jobs[job.Id] = job with { MayBeCancelled = true };

    /// <returns>The stage that it ended in.</returns>
    public async Task<string> EndAsync(AcceptedJob job)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var exchange = await wire.SendAsync(job.Owner.Get($"/jobs/{job.Id}"));
            var stage = exchange.Answer is { Status: 200 } answer ? answer.Json.GetProperty("stage").GetString()! : "";
            if (stage is "done" or "partial" or "failed" or "cancelled")
            {
                return stage;
            }

            if (TimeProvider.System.GetElapsedTime(begun) > Timeout)
            {
                return $"{stage} {exchange.Answer} and no end";
            }

            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }

    /// <summary>Waits for all of them; a line for each that did not end right.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var findings = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            _jobs.Values, new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (job, _) =>
            {
                if (await FindFaultAsync(job) is { } fault)
                {
                    findings.Add($"job {job.Id}: {fault}");
                }
            });
        return [.. findings.Order(StringComparer.Ordinal)];
    }

    private async Task<string?> FindFaultAsync(AcceptedJob job)
    {
        var stage = await EndAsync(job);
        if (stage != "done")
        {
            return job.MayBeCancelled && stage is "cancelled" or "partial" ? null : $"it ended as {stage}";
        }

        var captions = await wire.SendAsync(job.Owner.Get($"/jobs/{job.Id}/captions/en.srt"));
        return captions.Answer is not { Status: 200 } answer ? $"its captions were answered {captions.Answer}"
            : SubRip.WordsOf(answer.Text) != job.Words ? "its captions have other words"
            : null;
    }
}
