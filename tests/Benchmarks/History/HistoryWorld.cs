using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ax2.Benchmarks.Cluster;
using Ax2.Local;
using Ax2.Local.Client;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Npgsql;

namespace Ax2.Benchmarks.History;

/// <summary>A cluster with a history, some of its users signed in, and how long it took to answer them.</summary>
internal sealed class HistoryWorld : IAsyncDisposable
{
    private const int SampleSeconds = 20;

    private readonly LocalCluster _cluster;
    private readonly List<HistoryUser> _users = [];
    private readonly string _sample;

    private HistoryWorld(LocalCluster cluster, string sample) => (_cluster, _sample) = (cluster, sample);

    public long Jobs { get; private set; }

    public double FillSeconds { get; private set; }

    public double DatabaseMegabytes { get; private set; }

    public List<double> Lists { get; } = [];

    public List<double> Reads { get; } = [];

    public List<double> Starts { get; } = [];

    /// <param name="jobs">How many finished jobs there are, at least.</param>
    /// <param name="jobsOfUser">How many of them each user has.</param>
    /// <param name="users">How many users will ask.</param>
    public static async Task<HistoryWorld> StartAsync(
        SlowSpeechServer speech, int jobs, int jobsOfUser, int users, CancellationToken cancellationToken)
    {
        var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Settings = speech.Settings }, cancellationToken);
        var sample = Path.Combine(cluster.Folder, "sample.wav");
        var world = new HistoryWorld(cluster, sample);
        try
        {
            await SyntheticSpeech.WriteWavAsync(
                sample, SyntheticSpeech.Make(SampleSeconds, seed: 1), cancellationToken);
            await world.MakeTemplateAsync(jobsOfUser, cancellationToken);
            await world.FillAsync(jobsOfUser, jobs / jobsOfUser - 1, users, cancellationToken);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>One start, so that no first use of code is measured.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await StartJobAsync(0, cancellationToken);
        for (var i = 0; i < _users.Count; i++)
        {
            await ListAsync(i, cancellationToken);
        }

        Starts.Clear();
        Lists.Clear();
    }

    public async Task ListAsync(int round, CancellationToken cancellationToken)
    {
        var user = _users[round % _users.Count];
        var jobs = await user.GetAsync("jobs", Lists, cancellationToken);
        if (jobs.GetProperty("items").GetArrayLength() != 20)
        {
            throw new InvalidOperationException("A full page was expected.");
        }
    }

    /// <summary>A job that was never read in this run.</summary>
    public async Task ReadAsync(int round, CancellationToken cancellationToken)
    {
        var user = _users[round % _users.Count];
        var job = await user.GetAsync($"jobs/{user.Jobs.Pop()}", Reads, cancellationToken);
        if (job.GetProperty("stage").GetString() != "done")
        {
            throw new InvalidOperationException("A finished job was expected.");
        }
    }

    /// <summary>From the request to its answer; the upload lies before it, and the job's end is awaited after it.</summary>
    public async Task StartJobAsync(int round, CancellationToken cancellationToken)
    {
        var user = _users[round % _users.Count];
        var upload = await user.Bench.UploadAsync(_sample, cancellationToken);
        var job = await user.PostAsync("jobs", new { uploadId = upload, language = "en" }, Starts, cancellationToken);
        await user.Bench.EndAsync(job.GetProperty("id").GetGuid(), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _users.ForEach(user => user.Dispose());
        await _cluster.DisposeAsync();
    }

    private async Task MakeTemplateAsync(int jobs, CancellationToken cancellationToken)
    {
        using var user = await BenchUser.SignUpAsync(_cluster.Origin, HistoryFill.TemplateEmail, cancellationToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, jobs),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (_, token) =>
            {
                var upload = await user.UploadAsync(_sample, token);
                var job = await user.EndAsync(await user.StartJobAsync(upload, token), token);
                if (job.Stage != "done")
                {
                    throw new SetupException($"A job of the history ended as {job.Stage}: {job.Error?.Message}.");
                }
            });
    }

    private async Task FillAsync(
        int jobsOfUser, int copies, int users, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(_cluster.Postgres.ConnectionString);
        // The list may lag behind the jobs' own word.
        while (await CountAsync("SELECT count(*) FROM ax2.jobs WHERE finished_at IS NOT NULL") < jobsOfUser)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        await PlainStates.MakeAsync(database, new StateReader(_cluster), cancellationToken);
        var clock = Stopwatch.StartNew();
        await new HistoryFill(database).FillAsync(copies, cancellationToken);
        FillSeconds = clock.Elapsed.TotalSeconds;
        Jobs = await CountAsync("SELECT count(*) FROM ax2.jobs");
        DatabaseMegabytes = await CountAsync("SELECT pg_database_size(current_database()) >> 20");
        for (var i = 0; i < users; i++)
        {
            // Spread over the whole history, oldest to newest.
            var copy = 1 + (int)((long)i * (copies - 1) / (users - 1));
            _users.Add(await HistoryUser.SignInAsync(_cluster.Origin, HistoryFill.EmailOf(copy), cancellationToken));
        }

        async Task<long> CountAsync(string sql)
        {
            await using var query = database.CreateCommand(sql);
            return (long)(await query.ExecuteScalarAsync(cancellationToken))!;
        }
    }
}

/// <summary>A user with a history, whose requests are timed.</summary>
internal sealed class HistoryUser : IDisposable
{
    private readonly HttpClient _http;

    private HistoryUser(BenchUser bench, HttpClient http) => (Bench, _http) = (bench, http);

    public BenchUser Bench { get; }

    /// <summary>Of all his jobs, those that were not read yet.</summary>
    public Stack<Guid> Jobs { get; } = new();

    public static async Task<HistoryUser> SignInAsync(Uri origin, string email, CancellationToken cancellationToken)
    {
        var api = new ApiClient(origin, TimeProvider.System);
        await api.SignInAsync(email, BenchUser.Password, cancellationToken);
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri(origin, "/api/v1/"),
        };
        var user = new HistoryUser(new BenchUser(api), http);
        var session = await user.PostAsync("sessions", new { email, BenchUser.Password }, [], cancellationToken);
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
        var page = await user.GetAsync("jobs?limit=100", [], cancellationToken);
        foreach (var job in page.GetProperty("items").EnumerateArray())
        {
            user.Jobs.Push(job.GetProperty("id").GetGuid());
        }

        return user;
    }

    public Task<JsonElement> GetAsync(string path, List<double> times, CancellationToken cancellationToken) =>
        TimeAsync(() => _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken), times, cancellationToken);

    public Task<JsonElement> PostAsync<T>(
        string path, T body, List<double> times, CancellationToken cancellationToken) =>
        TimeAsync(() => _http.PostAsJsonAsync(path, body, cancellationToken), times, cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        Bench.Dispose();
    }

    private static async Task<JsonElement> TimeAsync(
        Func<Task<HttpResponseMessage>> send, List<double> times, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await send();
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        times.Add(clock.Elapsed.TotalMilliseconds);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(body).RootElement;
    }
}
