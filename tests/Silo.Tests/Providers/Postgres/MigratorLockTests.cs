using System.Diagnostics;
using Ax2.Postgres;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>Migrations beside others who use the tables: locks that are not free, indexes built meanwhile.</summary>
[NeedsProcesses]
public sealed class MigratorLockTests(PostgresServer server) : IAsyncLifetime
{
    private const string IsValid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ax2.a_n')";

    private static readonly MigrationScript Table = new("1", "CREATE TABLE ax2.a (n int)");
    private static readonly MigrationScript Column = new("2", "ALTER TABLE ax2.a ADD COLUMN m int");
    private static readonly MigrationScript Index = new(
        "2", "-- ax2: no transaction\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_n ON ax2.a (n);\n");

    private string connectionString = null!;
    private NpgsqlDataSource source = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        connectionString = PostgresOptions.ConnectionString(await server.CreateDatabaseAsync(Token));
        source = NpgsqlDataSource.Create(connectionString);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task Migrate_TableIsInUse_WritersWaitForTheLockTimeoutAtMostAndItIsTriedAgain()
    {
        await MigrateAsync(Table);
        await using var user = await BeginInsertAsync();
        var retries = new MigrationRetries();
        var migration = MigrateAsync(new PostgresOptions { MigrationLockTimeout = Ms(200) }, retries, Table, Column);

        var longest = TimeSpan.Zero;
        while (!retries.Second.Task.IsCompleted)
        {
            var started = Stopwatch.GetTimestamp();
            await ScalarAsync("INSERT INTO ax2.a VALUES (1)");
            var took = Stopwatch.GetElapsedTime(started);
            longest = took > longest ? took : longest;
        }

        await user.CommitAsync(TestContext.Current.CancellationToken);
        await migration;

        Assert.InRange(longest, Ms(100), Ms(2000));
        Assert.Equal(["1", "2"], await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_TableStaysInUse_NamesTheScriptAndLeavesNothing()
    {
        await MigrateAsync(Table);
        await using var user = await BeginInsertAsync();
        var options = new PostgresOptions { MigrationLockTimeout = Ms(50), MigrationTimeout = Ms(700) };

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(options, null, Table, Column));

        Assert.StartsWith("2 waits for a lock that others hold", refusal.Message, StringComparison.Ordinal);
        await user.RollbackAsync(Token);
        Assert.Equal(["1"], await AppliedAsync());
        await MigrateAsync(Table, Column);
        Assert.Equal(["1", "2"], await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_AnotherProcessHoldsTheLock_SaysSo()
    {
        await using var other = await source.OpenConnectionAsync(Token);
        await ExecuteAsync(other, $"SELECT pg_advisory_lock({MigrationRun.LockKey})");

        var refusal = await Assert.ThrowsAsync<MigrationException>(
            () => MigrateAsync(new PostgresOptions { MigrationTimeout = Ms(300) }, null, Table));

        Assert.StartsWith("Another process migrates the database", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>As a restart of the server does.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Migrate_ConnectionEndsWhileItWaitsForAnother_IsRefused()
    {
        const string endPoll =
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_lock%'
            """;
        await using var other = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(other, $"SELECT pg_advisory_lock({MigrationRun.LockKey})");
        var migration = MigrateAsync(Table);

        while (!migration.IsCompleted)
        {
            await ExecuteAsync(other, endPoll);
        }

        var refusal = await Assert.ThrowsAsync<MigrationException>(() => migration);
        Assert.StartsWith("The database cannot be migrated", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_NoTransaction_RunsEachStatementAloneAndLeavesTheSessionAsItWas()
    {
        await MigrateAsync(Table, Index);

        Assert.Equal(["1", "2"], await AppliedAsync());
        Assert.Equal(true, await ScalarAsync(IsValid));
        Assert.Equal("0", await ScalarAsync("SHOW lock_timeout"));
    }

    [Fact]
    public async Task Migrate_ConcurrentIndexWithoutTheMarker_Fails()
    {
        var text = Index.Text.Split('\n', 2)[1];

        var failure = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(Table, new("2", text)));

        Assert.StartsWith("2 failed: 25001", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_ConcurrentIndexFailed_IsDroppedAndBuiltAgain()
    {
        await MigrateAsync(Table, new("1b", "INSERT INTO ax2.a VALUES (1), (1)"));
        await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(Table, Index));
        Assert.Equal(false, await ScalarAsync(IsValid));

        await ScalarAsync("DELETE FROM ax2.a");
        await MigrateAsync(Table, Index);

        Assert.Equal(true, await ScalarAsync(IsValid));
        Assert.Equal(["1", "1b", "2"], await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_NoTransactionStoppedHalfway_IsRunAgainFromTheStart()
    {
        var index = Index.Text;
        await Assert.ThrowsAsync<MigrationException>(
            () => MigrateAsync(Table, new("2", index + "INSERT INTO ax2.b VALUES (1);")));
        Assert.Equal(["1"], await AppliedAsync());

        await MigrateAsync(Table, new("2", index + "INSERT INTO ax2.a VALUES (1);"));

        Assert.Equal(["1", "2"], await AppliedAsync());
        Assert.Equal(1, await ScalarAsync("SELECT n FROM ax2.a"));
    }

    /// <summary>A session that waited in the server for the migration lock would hold up the index.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Migrate_EightProcessesAtOnceWithAConcurrentIndex_ApplyItOnceWithoutARetry()
    {
        var retries = new MigrationRetries();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var own = NpgsqlDataSource.Create(connectionString);
            await MigratedDatabase.MigratorOf(own, null, retries).MigrateAsync(
                [Table, Index], TestContext.Current.CancellationToken);
        })));

        Assert.Equal(0, retries.Count);
        Assert.Equal(["1", "2"], await AppliedAsync());
    }

    /// <summary>It waits in the server, as processes did before scripts ran outside a transaction.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Migrate_OlderBuildWaitsForTheLock_BothGoOn()
    {
        await MigrateAsync(Table);
        await using var gate = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(gate, "SELECT pg_advisory_lock(77)");
        var gated = new MigrationScript(
            "2", Index.Text.Replace("CREATE", "SELECT pg_advisory_lock(77);\nCREATE", StringComparison.Ordinal));
        var retries = new MigrationRetries();
        var migration = MigrateAsync(new PostgresOptions { MigrationLockTimeout = Ms(30_000) }, retries, Table, gated);
        await using var older = await source.OpenConnectionAsync(Token);
        // PostgreSQL looks for deadlocks once in each wait: this one is meant to have waited for longer before.
        await ExecuteAsync(older, "SET deadlock_timeout = '1h'");
        await WaitersAsync(1);
        var olderBuild = ExecuteAsync(older, $"SELECT pg_advisory_lock({MigrationRun.LockKey})");
        await WaitersAsync(2);

        await ExecuteAsync(gate, "SELECT pg_advisory_unlock(77)");
        await olderBuild;
        await ExecuteAsync(older, $"SELECT pg_advisory_unlock({MigrationRun.LockKey})");
        await migration;

        Assert.Equal(1, retries.Count);
        Assert.Equal(true, await ScalarAsync(IsValid));
    }

    private static TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);

    private async Task<NpgsqlTransaction> BeginInsertAsync()
    {
        var connection = await source.OpenConnectionAsync(Token);
        var transaction = await connection.BeginTransactionAsync(Token);
        await ExecuteAsync(connection, "INSERT INTO ax2.a VALUES (0)");
        return transaction;
    }

    /// <summary>Returns when so many sessions wait for an advisory lock.</summary>
    private async Task WaitersAsync(long count)
    {
        const string waiters =
            """
            SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database
            WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
            """;
        while ((long)(await ScalarAsync(waiters))! < count)
        {
            Token.ThrowIfCancellationRequested();
        }
    }

    private Task MigrateAsync(params MigrationScript[] scripts) => MigrateAsync(new PostgresOptions(), null, scripts);

    private Task MigrateAsync(PostgresOptions options, MigrationRetries? retries, params MigrationScript[] scripts) =>
        MigratedDatabase.MigratorOf(source, options, retries).MigrateAsync([.. scripts], Token);

    private async Task<string[]> AppliedAsync() =>
        (string[])(await ScalarAsync("SELECT array_agg(name ORDER BY applied_at) FROM ax2.applied_scripts"))!;

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Token);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
