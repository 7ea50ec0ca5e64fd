using System.Diagnostics;
using Ax2.Benchmarks.Cluster;
using Ax2.Local;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Npgsql;

namespace Ax2.Benchmarks.Jobs;

/// <summary>
/// What a chunk costs beyond its words: the same sound as one chunk and cut into many, under the same silo and an instant
/// provider. The difference, less what the silo does when nothing is asked of it, is the price of the chunks.
/// </summary>
internal static class OverheadBenchmark
{
    private const int TalkSeconds = 720;
    private const int ChunkSeconds = 15;
    private const int WarmUps = 3;
    private const int Jobs = 7;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(20);

    public static async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        var whole = await MeasureAsync("00:00:00", cancellationToken);
        var cut = await MeasureAsync($"00:00:{ChunkSeconds}", cancellationToken);
        var chunks = cut.Chunks - whole.Chunks;
        return new BenchReport(
            "overhead",
            [
                new("chunks", cut.Chunks, "chunks"),
                new("cpu_ms_per_chunk", (cut.CpuMs - whole.CpuMs) / chunks, "ms"),
                new("sql_per_chunk", (cut.Statements - whole.Statements) / chunks, "statements"),
                new("storage_writes_per_chunk", (cut.Writes - whole.Writes) / chunks, "statements"),
                new("storage_reads_per_chunk", (cut.Reads - whole.Reads) / chunks, "statements"),
                new("sql_ms_per_chunk", (cut.StatementMs - whole.StatementMs) / chunks, "ms"),
                new("job_cpu_ms_one_chunk", whole.CpuMs, "ms"),
                new("job_cpu_ms_cut", cut.CpuMs, "ms"),
                new("job_sql_one_chunk", whole.Statements, "statements"),
                new("job_sql_cut", cut.Statements, "statements"),
                new("job_wall_s_one_chunk", whole.Seconds, "s"),
                new("job_wall_s_cut", cut.Seconds, "s"),
                new("idle_cpu_ms_per_s", whole.IdleCpuMs, "ms"),
                new("idle_sql_per_s", whole.IdleStatements, "statements"),
            ]);
    }

    private static async Task<JobCost> MeasureAsync(string chunkTarget, CancellationToken cancellationToken)
    {
        await using var speech = await SlowSpeechServer.StartAsync(1_000_000, cancellationToken);
        var settings = new Dictionary<string, string>(speech.Settings)
        {
            ["Jobs__ChunkTarget"] = chunkTarget,
            ["Jobs__ChunkCutWindow"] = "00:00:02",
            ["Jobs__ChunkContext"] = "00:00:01",
            ["Jobs__MaxChunksPerSilo"] = "4",
            ["Speech__Remote__MaxRequestSeconds"] = "780",
            ["PriceList__WelcomeCredits"] = "1000000",
        };
        await using var cluster = await LocalCluster.StartAsync(
            new LocalClusterOptions { Settings = settings }, cancellationToken);
        await using var meter = await CostMeter.StartAsync(cluster, cancellationToken);
        using var user = await BenchUser.SignUpAsync(cluster.Origin, cancellationToken);
        var talk = Path.Combine(cluster.Folder, "talk.wav");
        await SyntheticSpeech.WriteWavAsync(talk, SyntheticSpeech.Make(TalkSeconds, seed: 1), cancellationToken);
        var upload = await user.UploadAsync(talk, cancellationToken);
        for (var i = 0; i < WarmUps; i++)
        {
            await RunAsync(user, upload, cancellationToken);
        }

        var idle = await meter.MeasureAsync(
            () => Task.Delay(IdleTime, TimeProvider.System, cancellationToken), cancellationToken);
        var calls = speech.Calls.Count;
        var costs = new List<Cost>();
        for (var i = 0; i < Jobs; i++)
        {
            costs.Add(await meter.MeasureAsync(() => RunAsync(user, upload, cancellationToken), cancellationToken));
        }

        return JobCost.Of(idle, costs, (speech.Calls.Count - calls) / (double)Jobs);
    }

    private static async Task RunAsync(BenchUser user, Guid upload, CancellationToken cancellationToken)
    {
        var job = await user.EndAsync(await user.StartJobAsync(upload, cancellationToken), cancellationToken);
        if (job.Stage != "done")
        {
            throw new SetupException($"A job ended as {job.Stage}: {job.Error?.Message}.");
        }
    }
}

/// <param name="Statements">That PostgreSQL carried out, whoever asked.</param>
/// <param name="CpuMs">Of the silo.</param>
internal sealed record Cost(
    double Seconds, double CpuMs, double Statements, double StatementMs, double Writes, double Reads);

/// <summary>The median job, less what an idle silo costs in its time.</summary>
internal sealed record JobCost(
    double Seconds,
    double CpuMs,
    double Statements,
    double StatementMs,
    double Writes,
    double Reads,
    double Chunks,
    double IdleCpuMs,
    double IdleStatements)
{
    public static JobCost Of(Cost idle, List<Cost> jobs, double chunks)
    {
        return new JobCost(
            Statistics.Median(jobs.Select(job => job.Seconds)),
            Own(cost => cost.CpuMs), Own(cost => cost.Statements), Own(cost => cost.StatementMs),
            Own(cost => cost.Writes), Own(cost => cost.Reads), chunks,
            idle.CpuMs / idle.Seconds, idle.Statements / idle.Seconds);

        double Own(Func<Cost, double> of) =>
            Statistics.Median(jobs.Select(job => of(job) - of(idle) / idle.Seconds * job.Seconds));
    }
}

/// <summary>Reads what the silo's process and PostgreSQL have spent.</summary>
internal sealed class CostMeter : IAsyncDisposable
{
    private readonly Process _silo;
    private readonly NpgsqlDataSource _database;

    private CostMeter(Process silo, NpgsqlDataSource database) => (_silo, _database) = (silo, database);

    /// <summary>PostgreSQL counts statements only with a library that it must be started with.</summary>
    public static async Task<CostMeter> StartAsync(LocalCluster cluster, CancellationToken cancellationToken)
    {
        await ExecuteAsync("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
        await cluster.Postgres.StopAsync(cancellationToken);
        await cluster.Postgres.StartAsync(cancellationToken);
        await ExecuteAsync("CREATE EXTENSION pg_stat_statements SCHEMA public");
        await cluster.Silos[0].WaitUntilReadyAsync(cancellationToken);
        return new CostMeter(
            Process.GetProcessById(cluster.Silos[0].ProcessId!.Value),
            NpgsqlDataSource.Create(cluster.Postgres.ConnectionString));

        async Task ExecuteAsync(string sql)
        {
            await using var database = NpgsqlDataSource.Create(cluster.Postgres.ConnectionString + ";Pooling=false");
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public async Task<Cost> MeasureAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(cancellationToken);
        var clock = Stopwatch.StartNew();
        await work();
        var seconds = clock.Elapsed.TotalSeconds;
        var after = await ReadAsync(cancellationToken);
        return new Cost(
            seconds, after.CpuMs - before.CpuMs, after.Statements - before.Statements,
            after.StatementMs - before.StatementMs, after.Writes - before.Writes, after.Reads - before.Reads);
    }

    public async ValueTask DisposeAsync()
    {
        _silo.Dispose();
        await _database.DisposeAsync();
    }

    private async Task<Cost> ReadAsync(CancellationToken cancellationToken)
    {
        const string sql =
            """
            SELECT coalesce(sum(calls), 0)::float8, coalesce(sum(total_exec_time), 0)::float8,
                coalesce(sum(calls) FILTER (WHERE query LIKE '%INSERT INTO orleans.storage%'), 0)::float8,
                coalesce(sum(calls) FILTER (WHERE query LIKE '%FROM orleans.storage%'
                    AND query NOT LIKE '%INSERT INTO%' AND query NOT LIKE '%DELETE%'), 0)::float8
            FROM public.pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'
            """;
        _silo.Refresh();
        var cpuMs = _silo.TotalProcessorTime.TotalMilliseconds;
        await using var query = _database.CreateCommand(sql);
        await using var row = await query.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new Cost(0, cpuMs, row.GetDouble(0), row.GetDouble(1), row.GetDouble(2), row.GetDouble(3));
    }
}
