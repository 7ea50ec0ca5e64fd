using System.Text;
using Ax2.Benchmarks.Cluster;
using Ax2.Benchmarks.Credits.Faults;
using Ax2.Local.Audit;
using Ax2.Local.Client;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Npgsql;

namespace Ax2.Benchmarks.Jobs.Faults;

/// <summary>Knows what an undisturbed run gives, and holds every disturbed one against it.</summary>
internal sealed class FaultChecks : IDisposable
{
    private const string Format = "srt";
    private static readonly TimeSpan JobTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(30);

    /// <summary>A reminder that was left finds its job over when it comes, once a minute.</summary>
    private static readonly TimeSpan SweepTimeout = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The states of chunks that are not forgotten, and reminders that drive jobs.</summary>
    private const string LeftRows =
        """
        SELECT 'the state of a chunk' FROM orleans.storage
        WHERE state_name = 'caption-chunk' AND payload IS NOT NULL
        UNION ALL
        SELECT 'the reminder of ' || grain_id FROM orleans.reminder WHERE reminder_name = 'drive'
        """;

    private const string Accounts =
        "SELECT format('held %s, consumed %s', held, consumed) FROM ax2.credit_accounts WHERE issued <> 0";

    private readonly LocalCluster _cluster;
    private readonly SlowSpeechServer _speech;
    private readonly BenchUser _user;
    private readonly List<Sample> _samples = [];
    private int _jobsDone;
    private long _charged;

    private FaultChecks(LocalCluster cluster, SlowSpeechServer speech, BenchUser user) =>
        (_cluster, _speech, _user) = (cluster, speech, user);

    public int JobsDone => _jobsDone;

    /// <summary>Answers that a silo got which was given up long before, and whose result was refused.</summary>
    public int AnswersToZombies { get; private set; }

    /// <summary>Runs each sample once, with nothing wrong, and keeps its captions.</summary>
    public static async Task<FaultChecks> StartAsync(
        LocalCluster cluster, SlowSpeechServer speech, int[] talkSeconds, CancellationToken cancellationToken)
    {
        await ChunkLog.InstallAsync(cluster, cancellationToken);
        var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
        var checks = new FaultChecks(cluster, speech, user);
        foreach (var (seconds, seed) in talkSeconds.Select((seconds, index) => (seconds, index)))
        {
            var samples = SyntheticSpeech.Make(seconds, seed);
            var path = Path.Combine(cluster.Folder, $"talk-{seed}.wav");
            await SyntheticSpeech.WriteWavAsync(path, samples, cancellationToken);
            var upload = await user.UploadAsync(path, cancellationToken);
            var (captions, charged) = await checks.CaptionAsync(upload, new Seen(), cancellationToken);
            var words = string.Join(' ', SyntheticSpeech.Recognise(samples).Select(word => word.Text));
            if (SubRip.WordsOf(Encoding.UTF8.GetString(captions)) != words)
            {
                throw new FaultRunException($"Undisturbed, sample {seed} gives not the words that it was made of.");
            }

            checks._samples.Add(new Sample(upload, captions, charged));
        }

        return checks;
    }

    /// <summary>From the start to the end, as a client that never gives up sees it.</summary>
    public async Task RunJobAsync(int sample, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(JobTimeout);
        byte[] captions;
        long charged;
        var seen = new Seen();
        try
        {
            (captions, charged) = await CaptionAsync(_samples[sample].Upload, seen, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FaultRunException(
                $"A job of sample {sample} did not end in {JobTimeout.TotalMinutes:0} min; seen of it: {seen}. "
                + $"{_speech.Calls.Count(call => call.EndedAt is null)} calls of the provider are open. "
                + await LookAsync(seen, cancellationToken));
        }

        if (!captions.AsSpan().SequenceEqual(_samples[sample].Captions))
        {
            throw new FaultRunException($"Sample {sample} has other captions than in the undisturbed run.");
        }

        if (charged != _samples[sample].Charged)
        {
            throw new FaultRunException(
                $"Sample {sample} costs {charged} credits, and {_samples[sample].Charged} undisturbed.");
        }

        Interlocked.Increment(ref _jobsDone);
    }

    /// <param name="hasZombies">A silo may have worked on that was given up; it is let ask, and not let store.</param>
    public async Task CheckRoundAsync(bool hasZombies, CancellationToken cancellationToken)
    {
        if (await ChunkLog.RepeatedAsync(_cluster, cancellationToken) is var repeated and > 0)
        {
            throw new FaultRunException($"{repeated} chunks were begun again after their checkpoint.");
        }

        var checkpoints = await ChunkLog.CheckpointTimesAsync(_cluster, cancellationToken);
        var late = _speech.Calls.Count(
            call => checkpoints.TryGetValue(call.Key, out var at) && call.ReceivedAt > at);
        if (late > AnswersToZombies && !hasZombies)
        {
            throw new FaultRunException("The provider was asked for a chunk that had its checkpoint.");
        }

        AnswersToZombies = late;
        await CheckBooksAsync(cancellationToken);
    }

    /// <summary>
    /// After all jobs: what is left is the uploads and nothing else that an undisturbed job removes, be it files, chunks'
    /// states or reminders.
    /// </summary>
    public async Task CheckLeftoversAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SweepTimeout);
        while (true)
        {
            // Each living silo holds a lock.
            var left = Files(_cluster.Temporary).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
                .Concat(Files(_cluster.Objects).Where(file => !file.Contains("/uploads/", StringComparison.Ordinal)))
                .Concat(await RowsAsync(LeftRows, cancellationToken))
                .ToList();
            if (left.Count == 0)
            {
                return;
            }

            try
            {
                await Task.Delay(Pause, TimeProvider.System, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new FaultRunException($"{left.Count} things are left behind, for example {left[0]}.");
            }
        }
    }

    public void Dispose() => _user.Dispose();

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        : [];

    private async Task<(byte[] Captions, long Charged)> CaptionAsync(
        Guid upload, Seen seen, CancellationToken cancellationToken)
    {
        var key = $"{Guid.CreateVersion7()}";
        var job = await StubbornlyAsync(
            () => _user.Api.StartJobAsync(upload, "en", key, cancellationToken), seen, cancellationToken);
        seen.Job = job;
        var ended = await StubbornlyAsync(
            () => _user.EndAsync(job.Id, cancellationToken, observed => seen.Job = observed), seen, cancellationToken);
        if (ended.Stage != "done")
        {
            throw new FaultRunException($"The job {job.Id} ended as {ended.Stage}: {ended.Error?.Message}");
        }

        Interlocked.Add(ref _charged, ended.Credits.Charged);
        var captions = await StubbornlyAsync(
            () => _user.Api.GetCaptionsAsync(job.Id, "en", Format, cancellationToken), seen, cancellationToken);
        return (captions, ended.Credits.Charged);
    }

    /// <summary>The job as the service tells it now.</summary>
    private async Task<string> LookAsync(Seen seen, CancellationToken cancellationToken)
    {
        if (seen.Job is not { } job)
        {
            return "No job was started.";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LookTimeout);
        try
        {
            await using var events = await _user.Api.OpenEventsAsync(job.Id, null, limit.Token);
            using var reader = new StreamReader(events);
            var told = new StringBuilder();
            while (await reader.ReadLineAsync(limit.Token) is { Length: > 0 } line)
            {
                told.AppendLine(line);
            }

            return told.ToString();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The service does not tell more: {failure.Message}";
        }
    }

    /// <summary>The client's own timeout is for one outage and not for a run of them.</summary>
    private static async Task<T> StubbornlyAsync<T>(
        Func<Task<T>> ask, Seen seen, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (ApiException away) when (away.Status is 0 or >= 500)
            {
                seen.Failure = away;
                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>The books are right in themselves, and hold what the jobs said: nothing is held, nothing charged twice.</summary>
    private async Task CheckBooksAsync(CancellationToken cancellationToken)
    {
        var accounts = await RowsAsync(Accounts, cancellationToken);
        if (!accounts.SequenceEqual([$"held 0, consumed {_charged}"]))
        {
            throw new FaultRunException(
                $"All jobs are over and were charged {_charged} credits; the books say {string.Join("; ", accounts)}.");
        }

        await using var database = NpgsqlDataSource.Create(_cluster.Postgres.ConnectionString + ";Pooling=false");
        var audit = new CreditAudit(Path.Combine(Ax2Home.RepositoryRoot, "sql", "audit"));
        foreach (var finding in await audit.RunAsync(database, cancellationToken))
        {
            if (finding.Rows.Count > 0)
            {
                throw new FaultRunException($"The books are wrong: {finding.Query}: {finding.Rows[0]}");
            }
        }
    }

    private async Task<List<string>> RowsAsync(string sql, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(_cluster.Postgres.ConnectionString + ";Pooling=false");
        await using var query = database.CreateCommand(sql);
        await using var rows = await query.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await rows.ReadAsync(cancellationToken))
        {
            texts.Add(rows.GetString(0));
        }

        return texts;
    }

    private sealed record Sample(Guid Upload, byte[] Captions, long Charged);

    /// <summary>What a client knows of a job: for the report, when it hangs.</summary>
    private sealed class Seen
    {
        public Ax2.Local.Client.Job? Job { get; set; }

        public ApiException? Failure { get; set; }

        public override string ToString() =>
            $"{(Job is null ? "no job" : $"job {Job.Id} {Job.Stage}")}, last failure: {Failure?.Message ?? "none"}";
    }
}
