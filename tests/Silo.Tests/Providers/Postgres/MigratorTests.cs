using Ax2.Postgres;
using Ax2.TestKit;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

[NeedsProcesses]
public sealed class MigratorTests(PostgresServer server) : IAsyncLifetime
{
    private string connectionString = null!;
    private NpgsqlDataSource source = null!;

    public async ValueTask InitializeAsync()
    {
        connectionString = PostgresOptions.ConnectionString(
            await server.CreateDatabaseAsync(TestContext.Current.CancellationToken));
        source = NpgsqlDataSource.Create(connectionString);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [Fact]
    public async Task Migrate_EightProcessesAtOnce_AppliesEachScriptOnce()
    {
        // A data source of its own for each, as separate processes have.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var own = NpgsqlDataSource.Create(connectionString);
            await MigratedDatabase.MigratorOf(own).MigrateAsync(TestContext.Current.CancellationToken);
        })));

        Assert.Equal(MigrationScripts.Embedded.Select(s => s.Name), await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_Again_ChangesNothing()
    {
        await MigrateAsync(MigrationScripts.Embedded.ToArray());
        var before = await ScalarAsync("SELECT max(applied_at) FROM ax2.applied_scripts");

        await MigrateAsync(MigrationScripts.Embedded.ToArray());

        Assert.Equal(before, await ScalarAsync("SELECT max(applied_at) FROM ax2.applied_scripts"));
    }

    [Fact]
    public async Task Migrate_NewScript_IsAppliedAfterTheOthers()
    {
        await MigrateAsync(new MigrationScript("1", "CREATE TABLE a (n int)"));

        await MigrateAsync(
            new MigrationScript("1", "CREATE TABLE a (n int)"), new MigrationScript("2", "INSERT INTO a VALUES (1)"));

        Assert.Equal(["1", "2"], await AppliedAsync());
        Assert.Equal(1, await ScalarAsync("SELECT n FROM a"));
    }

    [Fact]
    public async Task Migrate_AppliedScriptChanged_ThrowsAndAppliesNothing()
    {
        await MigrateAsync(new MigrationScript("1", "CREATE TABLE a (n int)"));

        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => MigrateAsync(new("1", "CREATE TABLE a (n bigint)"), new("2", "CREATE TABLE b (n int)")));

        Assert.StartsWith("1 was changed", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_OnlyTheLineEndsDiffer_IsNoChange()
    {
        await MigrateAsync(new MigrationScript("1", "CREATE TABLE a (\n n int)"));

        await MigrateAsync(new MigrationScript("1", "CREATE TABLE a (\r\n n int)"));

        Assert.Equal(["1"], await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_ScriptFails_LeavesNothingOfItAndNamesIt()
    {
        var failure = await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(
            new("1", "CREATE TABLE a (n int)"), new("2", "CREATE TABLE b (n int); SELECT nonsense FROM nowhere")));

        Assert.StartsWith("2 failed", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await AppliedAsync());
        Assert.Equal(false, await ScalarAsync("SELECT to_regclass('ax2.b') IS NOT NULL"));
    }

    [Fact]
    public async Task Migrate_AfterAFailure_TheLockIsFree()
    {
        await Assert.ThrowsAsync<MigrationException>(() => MigrateAsync(new MigrationScript("1", "nonsense")));

        await MigrateAsync(new MigrationScript("1", "CREATE TABLE a (n int)"));

        Assert.Equal(["1"], await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_ScriptOfANewerBuild_IsLeftAlone()
    {
        await MigrateAsync(new("1", "CREATE TABLE a (n int)"), new("2", "CREATE TABLE b (n int)"));

        await MigrateAsync(new MigrationScript("1", "CREATE TABLE a (n int)"));

        Assert.Equal(["1", "2"], await AppliedAsync());
    }

    [Fact]
    public async Task Migrate_NobodyListens_TellsWhereAndNoSecret()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=u;Password=hush;Database=d");
        var migrator = MigratedDatabase.MigratorOf(nowhere, new PostgresOptions { StartTimeout = TimeSpan.Zero });

        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => migrator.MigrateAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith(
            "PostgreSQL at 127.0.0.1:1, database 'd', user 'u'", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_RoleThatMayNotCreate_IsRefused()
    {
        var role = $"reader_{Guid.CreateVersion7():N}";
        await ScalarAsync($"CREATE ROLE {role} LOGIN PASSWORD 'hush'");
        var login = new NpgsqlConnectionStringBuilder(connectionString) { Username = role, Password = "hush" };
        await using var reader = NpgsqlDataSource.Create(login.ConnectionString);

        var refusal = await Assert.ThrowsAsync<MigrationException>(
            () => MigratedDatabase.MigratorOf(reader).MigrateAsync(TestContext.Current.CancellationToken));

        Assert.Contains("42501", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_WrongPassword_DoesNotWait()
    {
        await using var locked = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { Password = "hush" }.ConnectionString);
        // With a clock that stands still, waiting would never end.
        var migrator = new Migrator(
            locked, Microsoft.Extensions.Options.Options.Create(new PostgresOptions()), new FakeTimeProvider(),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<Migrator>.Instance);

        await Assert.ThrowsAsync<MigrationException>(
            () => migrator.MigrateAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Embedded_Always_IsOrleansThenOursByNumber()
    {
        var names = MigrationScripts.Embedded.Select(script => script.Name).ToArray();

        Assert.Equal("sql/orleans/0001_schema.sql", names[0]);
        Assert.Contains("sql/app/0001_jobs.sql", names);
        Assert.Equal(
            names.OrderBy(n => n.StartsWith("sql/app/", StringComparison.Ordinal))
                .ThenBy(n => n, StringComparer.Ordinal),
            names);
    }

    private Task MigrateAsync(params MigrationScript[] scripts) =>
        MigratedDatabase.MigratorOf(source).MigrateAsync([.. scripts], TestContext.Current.CancellationToken);

    private async Task<string[]> AppliedAsync() =>
        (string[])(await ScalarAsync("SELECT array_agg(name ORDER BY applied_at) FROM ax2.applied_scripts"))!;

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
