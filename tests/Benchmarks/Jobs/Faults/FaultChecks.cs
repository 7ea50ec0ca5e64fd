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
    private static readonly TimeSpan JobPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SweepPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly LocalCluster _cluster;
    private readonly SlowSpeechServer _speech;
    private readonly BenchUser _user;
    private readonly List<Talk> _talks = [];
    private int _jobsDone;

    private FaultChecks(LocalCluster cluster, SlowSpeechServer speech, BenchUser user) =>
        (_cluster, _speech, _user) = (cluster, speech, user);

    public int JobsDone => _jobsDone;

    /// <summary>Answers that a silo got which was given up long before, and whose result was refused.</summary>
    public int AnswersToGhosts { get; private set; }

    /// <summary>Runs each talk once, with nothing wrong, and keeps its captions.</summary>
    public static async Task<FaultChecks> StartAsync(
        LocalCluster cluster, SlowSpeechServer speech, int[] talkSeconds, CancellationToken cancellationToken)
    {
        await ChunkLog.InstallAsync(cluster, cancellationToken);
        var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
        var checks = new FaultChecks(cluster, speech, user);
        foreach (var (seconds, seed) in talkSeconds.Select((seconds, index) => (seconds, index)))
        {
            var samples = ToneTalk.Make(seconds, seed);
            var path = Path.Combine(cluster.Folder, $"talk-{seed}.wav");
            await ToneTalk.WriteWavAsync(path, samples, cancellationToken);
            var upload = await user.UploadAsync(path, cancellationToken);
            var captions = await checks.CaptionAsync(upload, new Seen(), cancellationToken);
            var words = string.Join(' ', ToneTalk.Hear(samples).Select(word => word.Text));
            if (WordsOf(captions) != words)
            {
                throw new FaultRunException($"Undisturbed, talk {seed} gives not the words that it was made of.");
            }

            checks._talks.Add(new Talk(upload, captions));
        }

        return checks;
    }

    /// <summary>From the start to the end, with the patience of a client that never gives up.</summary>
    public async Task RunJobAsync(int talk, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(JobPatience);
        byte[] captions;
        var seen = new Seen();
        try
        {
            captions = await CaptionAsync(_talks[talk].Upload, seen, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new FaultRunException(
                $"A job of talk {talk} did not end in {JobPatience.TotalMinutes:0} min; seen of it: {seen}. "
                + $"{_speech.Calls.Count(call => call.EndedAt is null)} calls of the provider are open. "
                + await LookAsync(seen, cancellationToken));
        }

        if (!captions.AsSpan().SequenceEqual(_talks[talk].Captions))
        {
            throw new FaultRunException($"Talk {talk} has other captions than in the undisturbed run.");
        }

        Interlocked.Increment(ref _jobsDone);
    }

    /// <param name="hasGhosts">A silo may have worked on that was given up; it is let ask, and not let store.</param>
    public async Task CheckRoundAsync(bool hasGhosts, CancellationToken cancellationToken)
    {
        if (await ChunkLog.RepeatedAsync(_cluster, cancellationToken) is var repeated and > 0)
        {
            throw new FaultRunException($"{repeated} chunks were begun again after their checkpoint.");
        }

        var checkpoints = await ChunkLog.CheckpointTimesAsync(_cluster, cancellationToken);
        var late = _speech.Calls.Count(
            call => checkpoints.TryGetValue(call.Key, out var at) && call.ReceivedAt > at);
        if (late > AnswersToGhosts && !hasGhosts)
        {
            throw new FaultRunException("The provider was asked for a chunk that had its checkpoint.");
        }

        AnswersToGhosts = late;
        await CheckBooksAsync(cancellationToken);
    }

    /// <summary>After all jobs: what is left is the uploads and nothing else that an undisturbed job removes.</summary>
    public async Task CheckLeftoversAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(SweepPatience);
        while (true)
        {
            // Each living silo holds a lock.
            var left = Files(_cluster.Temporary).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
                .Concat(Files(_cluster.Objects).Where(file => !file.Contains("/uploads/", StringComparison.Ordinal)))
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
                throw new FaultRunException($"{left.Count} files are left behind, for example {left[0]}.");
            }
        }
    }

    public void Dispose() => _user.Dispose();

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        : [];

    private async Task<byte[]> CaptionAsync(Guid upload, Seen seen, CancellationToken cancellationToken)
    {
        var key = $"{Guid.CreateVersion7()}";
        var job = await StubbornlyAsync(
            () => _user.Api.StartJobAsync(upload, "en", key, cancellationToken), seen, cancellationToken);
        seen.Job = job;
        var ended = await StubbornlyAsync(
            () => _user.EndAsync(job.Id, cancellationToken, told => seen.Job = told), seen, cancellationToken);
        return ended.Stage == "done"
            ? await StubbornlyAsync(
                () => _user.Api.GetCaptionsAsync(job.Id, "en", Format, cancellationToken), seen, cancellationToken)
            : throw new FaultRunException($"The job {job.Id} ended as {ended.Stage}: {ended.Error?.Message}");
    }

    /// <summary>The job as the service tells it now.</summary>
    private async Task<string> LookAsync(Seen seen, CancellationToken cancellationToken)
    {
        if (seen.Job is not { } job)
        {
            return "No job was started.";
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LookPatience);
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

    /// <summary>The client's own patience is for one outage and not for a run of them.</summary>
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

    private static string WordsOf(byte[] subRip) => string.Join(' ', Encoding.UTF8.GetString(subRip)
        .Split('\n')
        .Where(line => !line.Contains("-->", StringComparison.Ordinal))
        .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .Where(word => char.IsLetter(word[0])));

    private async Task CheckBooksAsync(CancellationToken cancellationToken)
    {
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

    private sealed record Talk(Guid Upload, byte[] Captions);

    /// <summary>What a client knows of a job: for the report, when it hangs.</summary>
    private sealed class Seen
    {
        public Ax2.Local.Client.Job? Job { get; set; }

        public ApiException? Failure { get; set; }

        public override string ToString() =>
            $"{(Job is null ? "no job" : $"job {Job.Id} {Job.Stage}")}, last failure: {Failure?.Message ?? "none"}";
    }
}
