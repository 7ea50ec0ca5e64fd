using System.Collections.Concurrent;
using System.Net;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Outages;

/// <summary>The database goes away under every route of the API, and comes back.</summary>
[Collection(AloneCollection.Name)]
[NeedsProcesses]
public sealed class DatabaseOutageTests
{
    private const int CallsAtOnce = 12;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadinessLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>None of these can be answered without the database.</summary>
    private static readonly string[] Stored =
    [
        "GET /api/v1/jobs", "POST /api/v1/uploads", "POST /api/v1/sessions", "POST /api/v1/users", "POST /api/v1/jobs",
        "POST /api/v1/workspaces", "GET /api/v1/admin/audit", "GET /api/v1/credits/entries", "GET /api/v1/jobs by key",
        "events of no job",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Postgres_Stops_EveryRouteAnswers503_AndWorksWhenItIsBack()
    {
        await using var outage = await OutageCluster.StartAsync();
        var routes = await outage.RoutesAsync();
        await ReadyAsync(outage);

        await outage.Cluster.Postgres.StopAsync(Cancel);
        await AwayAsync(outage, outage.Cluster.Origin);
        await AwayAsync(outage, outage.Cluster.Silos[0].Origin);
        var answers = await CallAllAsync(outage, routes);

        Assert.Empty(answers.Select(answer => answer.FindFault(AnswerLimit)).OfType<string>());
        Assert.All(Stored, route => Assert.Equal((503, true), answers
            .Where(answer => answer.Route == route).Select(answer => (answer.Status, answer.HasRetryAfter)).Single()));
        AssertCauseIsLogged(outage.Cluster.Apis[0].Log, 5102);
        AssertCauseIsLogged(outage.Cluster.Silos[0].Log, 5101);

        await outage.Cluster.Postgres.StartAsync(Cancel);
        await ReadyAsync(outage);
        await RecoveredAsync(outage, routes.Where(route => Stored.Contains(route.Name)));
        var after = await CallAllAsync(outage, routes);
        Assert.DoesNotContain(after, answer => answer.Status >= 500);
    }

    /// <summary>The pools do not know that their connections are dead.</summary>
    [Fact]
    public async Task Backends_AreTerminated_ReadsDoNotNotice_AndNoRouteAnswers500()
    {
        await using var outage = await OutageCluster.StartAsync();
        var routes = await outage.RoutesAsync();
        var list = routes.Single(route => route.Name == "GET /api/v1/jobs");
        await using var database = NpgsqlDataSource.Create(outage.Cluster.Postgres.ConnectionString);
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(200, (await outage.CallAsync(list)).Status);
            await TerminateAsync(database, "ax2-api", int.MaxValue);
            Assert.Equal(200, (await outage.CallAsync(list)).Status);
        }

        var calls = CallAllAsync(outage, [.. routes.Where(route => route.Method == "GET")]);
        while (!calls.IsCompleted)
        {
            await TerminateAsync(database, "ax2-silo", 1);
            await Task.WhenAny(calls, Task.Delay(LookEvery, TimeProvider.System, Cancel));
        }

        Assert.Empty((await calls).Select(answer => answer.FindFault(AnswerLimit)).OfType<string>());
        await RecoveredAsync(outage, routes.Where(route => Stored.Contains(route.Name)));
    }

    private static async Task<IReadOnlyCollection<OutageAnswer>> CallAllAsync(
        OutageCluster outage, IReadOnlyList<OutageCall> routes)
    {
        var answers = new ConcurrentBag<OutageAnswer>();
        await Parallel.ForEachAsync(
            routes, new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = Cancel },
            async (route, _) => answers.Add(await outage.CallAsync(route)));
        return answers;
    }

    private static async Task TerminateAsync(NpgsqlDataSource database, string application, int count)
    {
        await using var command = database.CreateCommand(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM (
                SELECT pid FROM pg_stat_activity WHERE application_name = $1
                ORDER BY state_change DESC LIMIT $2) AS used_last
            """);
        command.Parameters.AddWithValue(application);
        command.Parameters.AddWithValue(count);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>Readiness says which part is away, and says it soon.</summary>
    private static async Task AwayAsync(OutageCluster outage, Uri origin)
    {
        var since = TimeProvider.System.GetTimestamp();
        using var answer = await outage.Http.GetAsync(new Uri(origin, "/health/ready"), Cancel);
        var took = TimeProvider.System.GetElapsedTime(since);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("\ndatabase: ", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.True(took < ReadinessLimit, $"{origin} needs {took.TotalSeconds:0.0} s to say that it is not ready.");
    }

    private static async Task ReadyAsync(OutageCluster outage)
    {
        await outage.Cluster.Silos[0].WaitUntilReadyAsync(Cancel);
        await outage.Cluster.Apis[0].WaitUntilReadyAsync(Cancel);
    }

    private static async Task RecoveredAsync(OutageCluster outage, IEnumerable<OutageCall> routes)
    {
        var since = TimeProvider.System.GetTimestamp();
        foreach (var route in routes)
        {
            while (await outage.CallAsync(route) is { Status: >= 500 } answer)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(since) < RecoveryLimit, $"Still {answer}.");
                await Task.Delay(LookEvery, TimeProvider.System, Cancel);
            }
        }
    }

    /// <summary>A line in 30 s for each code, however many requests fail.</summary>
    private static void AssertCauseIsLogged(string log, int eventId)
    {
        var lines = File.ReadAllLines(log).Count(line => line.Contains($"[{eventId}]", StringComparison.Ordinal));
        Assert.InRange(lines, 1, 6);
    }
}

/// <summary>Whole clusters of processes: beside other tests their deadlines would measure the machine's load.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
