using Ax2.Jobs;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Jobs;

[NeedsProcesses]
public sealed class JobListTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly Guid workspace = Guid.CreateVersion7();
    private NpgsqlDataSource source = null!;
    private JobList list = null!;

    public async ValueTask InitializeAsync()
    {
        source = NpgsqlDataSource.Create(
            await server.CreateDatabaseAsync(
                AppScripts.Template, AppScripts.ApplyAsync, TestContext.Current.CancellationToken));
        list = new JobList(source);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [Fact]
    public async Task ReadPage_NoJobs_IsEmptyAndTheLast()
    {
        var page = await ReadAsync(null, 10);

        Assert.Empty(page.Jobs);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task ReadPage_OneJob_HasEveryColumn()
    {
        var id = await AddAsync(Noon, stage: 7);

        var page = await ReadAsync(null, 1);

        var row = Assert.Single(page.Jobs);
        Assert.Equal(
            new JobRow(
                id, row.UploadId, "talk.mp4", "en", JobStage.Failed, 5, 60_000, 7, 3, "media_truncated", Noon,
                Noon.AddMinutes(1)),
            row);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task ReadPage_ManyOfOneInstant_VisitsEachOnceWhateverThePageSize()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add(await AddAsync(i < 4 ? Noon : Noon.AddMicroseconds(i / 6)));
        }

        foreach (var size in new[] { 1, 2, 3, 5, 12, 13 })
        {
            var visited = await VisitAsync(size);

            Assert.Equal(ids.Order(), visited.Select(row => row.Id).Order());
            Assert.Equal(visited.OrderByDescending(row => row.CreatedAt), visited);
        }
    }

    [Fact]
    public async Task ReadPage_NewJobWhileReading_DoesNotShiftTheRest()
    {
        for (var i = 0; i < 4; i++)
        {
            await AddAsync(Noon.AddSeconds(i));
        }

        var first = await ReadAsync(null, 2);
        await AddAsync(Noon.AddSeconds(9));
        var second = await ReadAsync(first.Next, 2);

        Assert.Equal(
            [Noon.AddSeconds(3), Noon.AddSeconds(2), Noon.AddSeconds(1), Noon],
            first.Jobs.Concat(second.Jobs).Select(row => row.CreatedAt));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task ReadPage_AnotherWorkspacesJobs_AreNeverSeen()
    {
        var other = Guid.CreateVersion7();
        await AddAsync(Noon, of: other);
        await AddAsync(Noon.AddSeconds(1), of: other);
        var theirs = await list.ReadPageAsync(other, null, 1, TestContext.Current.CancellationToken);

        Assert.Empty((await ReadAsync(null, 10)).Jobs);
        Assert.Empty((await ReadAsync(theirs.Next, 10)).Jobs);
    }

    [Fact]
    public async Task ReadPage_FarDownALongList_ReadsTheIndexAndSortsNothing()
    {
        await ExecuteAsync(
            $"""
            INSERT INTO ax2.jobs
            SELECT gen_random_uuid(), CASE n % 10 WHEN 0 THEN '{workspace}'::uuid ELSE gen_random_uuid() END,
                   gen_random_uuid(), gen_random_uuid(), 'talk.mp4', 'en', 6, 5, 60000, 7, 7, NULL,
                   timestamptz '2026-01-01' + n * interval '1 s', now()
            FROM generate_series(1, 50000) n
            """);
        await ExecuteAsync("ANALYZE ax2.jobs");
        var sql = JobList.Page.Replace("$1", $"'{workspace}'", StringComparison.Ordinal)
            .Replace("$2", "'2026-01-01 01:00+00'", StringComparison.Ordinal)
            .Replace("$3", $"'{Guid.AllBitsSet}'", StringComparison.Ordinal)
            .Replace("$4", "21", StringComparison.Ordinal);

        var plan = await PlanAsync(sql);

        Assert.Contains("jobs_page", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    private async Task<List<JobRow>> VisitAsync(int pageSize)
    {
        List<JobRow> visited = [];
        JobCursor? after = null;
        do
        {
            var page = await ReadAsync(after, pageSize);
            Assert.InRange(page.Jobs.Length, 1, pageSize);
            visited.AddRange(page.Jobs);
            // By its text, as a client sends it back.
            after = page.Next is { } next && JobCursor.TryParse(next.ToString(), out var parsed) ? parsed : null;
        }
        while (after is not null);
        return visited;
    }

    private Task<JobPage> ReadAsync(JobCursor? after, int limit) =>
        list.ReadPageAsync(workspace, after, limit, TestContext.Current.CancellationToken);

    private async Task<Guid> AddAsync(DateTimeOffset createdAt, int stage = 6, Guid? of = null)
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync(
            $"""
            INSERT INTO ax2.jobs VALUES (
                '{id}', '{of ?? workspace}', gen_random_uuid(), gen_random_uuid(), 'talk.mp4', 'en', {stage}, 5, 60000,
                7, 3, {(stage == 7 ? "'media_truncated'" : "NULL")}, '{createdAt:O}', '{createdAt.AddMinutes(1):O}')
            """);
        return id;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string> PlanAsync(string sql)
    {
        await using var command = source.CreateCommand("EXPLAIN " + sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        List<string> lines = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(reader.GetString(0));
        }

        return string.Join('\n', lines);
    }
}
