using System.Collections.Immutable;
using Ax2.Postgres;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>
/// Every script since the first version, applied one after the other to full tables, while silos of that version write
/// and a long report reads: nothing of theirs fails, and nobody waits for the report's end.
/// </summary>
[NeedsProcesses]
public sealed class OnlineMigrationTests(PostgresServer server)
{
    private const int WritesBesideAReport = 200;
    private const string LastOfTheFirstVersion = "sql/app/0002_credits.sql";

    private static readonly string[] OrleansOfTheFirstVersion = ["0001", "0002", "0003", "0004"];
    private static readonly PostgresOptions Options = new() { MigrationLockTimeout = TimeSpan.FromMilliseconds(500) };

    /// <summary>Of a busy machine. Behind the report a writer would wait for as long as that is open.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Migrate_FullTablesOfTheFirstVersionAtWork_NoWriteFailsOrWaitsLong()
    {
        var older = MigrationScripts.Embedded.Where(IsOfTheFirstVersion).ToImmutableArray();
        await using var database = NpgsqlDataSource.Create(
            PostgresOptions.ConnectionString(await server.CreateDatabaseAsync(Token)));
        await MigratedDatabase.MigratorOf(database).MigrateAsync(older, Token);
        await FillAsync(database);
        await using var writers = new OlderWriters(database);
        var retries = new MigrationRetries();
        writers.Start();
        await writers.WaitForWritesAsync(1, TestContext.Current.CancellationToken);

        var applied = older;
        foreach (var script in MigrationScripts.Embedded.Except(older))
        {
            applied = applied.Add(script);
            writers.TakeLongest();
            await MigrateBesideAReportAsync(database, applied, writers, retries);
            var (name, took) = writers.TakeLongest();
            TestContext.Current.TestOutputHelper?.WriteLine($"{script.Name}: {name} took {took.TotalMilliseconds} ms");
            Assert.True(took < LongestWait, $"{script.Name}: {name} took {took.TotalMilliseconds} ms");
        }

        await writers.StopAsync();
        // Else the report stood in nobody's way.
        Assert.NotEqual(0, retries.Count);
        await AssertEventNumbersAsync(database);
    }

    /// <summary>Of the jobs that nobody wrote to: 0010 takes the number of each that is live, of no other.</summary>
    private static async Task AssertEventNumbersAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            """
            SELECT bool_and((event_number = 0) = (stage < 6)), count(*) FROM ax2.jobs
            WHERE job_id BETWEEN lpad('2', 32, '0')::uuid AND lpad(to_hex(100000), 32, '0')::uuid
            """);
        await using var row = await command.ExecuteReaderAsync(Token);
        Assert.True(await row.ReadAsync(Token));
        Assert.Equal((true, 99_999L), (row.GetBoolean(0), row.GetInt64(1)));
    }

    private static bool IsOfTheFirstVersion(MigrationScript script) =>
        script.Name.StartsWith("sql/orleans/", StringComparison.Ordinal)
            ? OrleansOfTheFirstVersion.Contains(script.Name["sql/orleans/".Length..][..4])
            : string.CompareOrdinal(script.Name, LastOfTheFirstVersion) <= 0;

    /// <summary>The report has read every table, and stays open until it is known that the writers go on.</summary>
    private static async Task MigrateBesideAReportAsync(
        NpgsqlDataSource database, ImmutableArray<MigrationScript> scripts, OlderWriters writers,
        MigrationRetries retries)
    {
        const string Report =
            """
            SELECT (SELECT count(*) FROM ax2.jobs), (SELECT count(*) FROM ax2.credit_accounts),
                (SELECT count(*) FROM ax2.credit_entries), (SELECT count(*) FROM ax2.credit_holds),
                (SELECT count(*) FROM orleans.storage), (SELECT count(*) FROM orleans.reminder)
            """;
        await using var connection = await database.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await ExecuteAsync(connection, Report);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var migration = MigratedDatabase.MigratorOf(database, Options, retries).MigrateAsync(scripts, Token);
        await await Task.WhenAny(migration, writers.WaitForWritesAsync(WritesBesideAReport, enough.Token));
        await enough.CancelAsync();
        await transaction.CommitAsync(Token);
        await migration;
    }

    private static async Task FillAsync(NpgsqlDataSource database)
    {
        const string Rows =
            """
            INSERT INTO ax2.jobs (
                job_id, workspace_id, user_id, upload_id, file_name, language, stage, event_number, media_duration_ms,
                quoted_credits, charged_credits, created_at)
            SELECT lpad(to_hex(n), 32, '0')::uuid, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'a.mp4',
                'en', n % 9, n - 1, 1000, 1, 0, now()
            FROM generate_series(1, 100000) n;
            INSERT INTO ax2.credit_accounts (
                account_id, version, last_batch_id, status, sequence, last_hash, available, held, issued, consumed,
                expired, refunded, at, next_due_at)
            SELECT lpad(to_hex(n), 32, '0')::uuid, 1, gen_random_uuid(), 'Open', 0, ''::bytea, 0, 0, 0, 0,
                0, 0, now(), now()
            FROM generate_series(1, 20000) n;
            INSERT INTO ax2.credit_entries (
                account_id, sequence, occurred_at, kind, operation_id, available, held, issued, consumed, expired,
                refunded, available_after, held_after, hash)
            SELECT '00000000-0000-0000-0000-000000000002', n, now(), 'Grant', 'grant ' || n, 1, 0, -1, 0, 0, 0, n, 0,
                sha256(''::bytea)
            FROM generate_series(1, 100000) n;
            INSERT INTO orleans.storage (
                service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
            SELECT 'service', 'state', 1, n, '', 1, CASE WHEN n % 2 = 1 THEN '{}'::bytea END
            FROM generate_series(1, 100000) n;
            ANALYZE
            """;
        await using var connection = await database.OpenConnectionAsync(Token);
        await ExecuteAsync(connection, Rows);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
