using Ax2.Hosting;
using Ax2.Postgres;
using Ax2.Secrets;
using Ax2.TestKit;
using Ax2.TestKit.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>The real providers over our queries: a silo as the product composes it, on loopback sockets.</summary>
[NeedsProcesses]
public sealed class OrleansOnPostgresTests(PostgresServer server) : IAsyncLifetime
{
    private string connectionString = null!;
    private WebApplication silo = null!;
    private NpgsqlDataSource source = null!;

    private IGrainFactory Grains => silo.Services.GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        connectionString = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        silo = await TestSilo.StartAsync(connectionString);
        source = silo.Services.GetRequiredService<NpgsqlDataSource>();
    }

    public async ValueTask DisposeAsync() => await silo.DisposeAsync();

    [Fact]
    public async Task State_WrittenReadAndCleared_SurvivesTheActivation()
    {
        var notebook = Grains.GetGrain<INotebookGrain>("note-1");
        Assert.Null(await notebook.Read());

        await notebook.Write("one");
        await notebook.Write("two");
        await DeactivateAllAsync();
        // Only the database knows this text: the grain must have read it again.
        await SqlAsync(
            """
            UPDATE orleans.storage SET payload = convert_to(replace(convert_from(payload, 'UTF8'), 'two', '2'), 'UTF8')
            WHERE state_name = 'tests-notebook'
            """);
        Assert.Equal("2", await notebook.Read());

        await notebook.Clear();
        Assert.Null(await notebook.Read());
        Assert.Equal(0L, await SqlAsync("SELECT count(*) FROM orleans.storage"));
        await DeactivateAllAsync();
        Assert.Null(await notebook.Read());
        await notebook.Write("three");
        Assert.Equal("three", await notebook.Read());
    }

    /// <summary>As silos cleared a state before they deleted its row.</summary>
    [Fact]
    public async Task State_RowWithoutPayload_IsNoStateAndTakesTheNextWrite()
    {
        var notebook = Grains.GetGrain<INotebookGrain>("note-1");
        await notebook.Write("one");
        await SqlAsync("UPDATE orleans.storage SET payload = NULL, version = version + 1");
        await DeactivateAllAsync();

        Assert.Null(await notebook.Read());
        await notebook.Write("two");
        await DeactivateAllAsync();

        Assert.Equal("two", await notebook.Read());
    }

    [Fact]
    public async Task ClearedRows_OfVersionsBefore_AreRemovedAndAllOthersStay()
    {
        await SqlAsync(
            """
            INSERT INTO orleans.storage (
                service_id, state_name, grain_id_n0, grain_id_n1, extension, version, payload)
            SELECT 's', 'old', n, 0, repeat('x', 1000), 1, CASE WHEN n % 3 > 0 THEN NULL ELSE 'x'::bytea END
            FROM generate_series(1, 30000) n
            """);
        await SqlAsync("DELETE FROM ax2.applied_scripts WHERE name = 'sql/orleans/0005_cleared_rows.sql'");

        await MigratedDatabase.MigratorOf(source).MigrateAsync(TestContext.Current.CancellationToken);

        Assert.True((long)(await SqlAsync("SELECT pg_relation_size('orleans.storage') / 16777216"))! > 1);
        Assert.Equal(10_000L, await SqlAsync("SELECT count(*) FROM orleans.storage WHERE payload IS NOT NULL"));
        Assert.Equal(10_000L, await SqlAsync("SELECT count(*) FROM orleans.storage"));
    }

    [Fact]
    public async Task State_RowWasWrittenByAnother_IsAConflictAndTheNextCallSeesTheRow()
    {
        var notebook = Grains.GetGrain<INotebookGrain>("note-1");
        await notebook.Write("mine");
        await SqlAsync("UPDATE orleans.storage SET version = version + 1 WHERE state_name = 'tests-notebook'");

        await Assert.ThrowsAsync<InconsistentStateException>(() => notebook.Write("lost"));

        Assert.Equal("mine", await notebook.Read());
        await notebook.Write("kept");
        Assert.Equal("kept", await notebook.Read());
    }

    [Fact]
    public async Task State_FirstWriteWhenARowAppeared_IsAConflict()
    {
        var notebook = Grains.GetGrain<INotebookGrain>("note-1");
        await Grains.GetGrain<INotebookGrain>("note-2").Write("elsewhere");
        Assert.Null(await notebook.Read());
        await SqlAsync("UPDATE orleans.storage SET extension = 'note-1' WHERE extension = 'note-2'");

        await Assert.ThrowsAsync<InconsistentStateException>(() => notebook.Write("lost"));

        Assert.Equal("elsewhere", await notebook.Read());
    }

    [Fact]
    public async Task Reminder_RegisteredAgainAndUnregistered_FollowsTheTable()
    {
        var notebook = Grains.GetGrain<INotebookGrain>("note-1");

        Assert.Equal(["a"], await notebook.Remind("a"));
        Assert.Equal(["a", "b"], await notebook.Remind("b"));
        Assert.Equal(["a", "b"], await notebook.Remind("a"));
        Assert.Equal(1, await SqlAsync("SELECT version FROM orleans.reminder WHERE reminder_name = 'a'"));

        Assert.Equal(["b"], await notebook.Forget("a"));
        Assert.Equal(1L, await SqlAsync("SELECT count(*) FROM orleans.reminder"));
    }

    [Fact]
    public async Task State_Confidential_IsNotReadableInTheTable()
    {
        var diary = Grains.GetGrain<IDiaryGrain>("diary-1");
        await diary.Write("a secret text");
        await DeactivateAllAsync();

        Assert.Equal("a secret text", await diary.Read());
        Assert.Equal(1L, await SqlAsync(
            """
            SELECT count(*) FROM orleans.storage
            WHERE state_name = 'tests-diary' AND substr(payload, 1, 4) = 'AX21' AND position('secret' IN payload) = 0
            """));
        // As SECURITY.md looks for rows under an old key.
        Assert.Equal(TestKey.Id, await SqlAsync(
            """
            SELECT convert_from(substr(payload, 6, get_byte(payload, 4)), 'UTF8')
            FROM orleans.storage WHERE state_name = 'tests-diary'
            """));
    }

    [Fact]
    public async Task State_ConfidentialRowOfAnotherGrain_DoesNotOpen()
    {
        await Grains.GetGrain<IDiaryGrain>("diary-1").Write("of one");
        await SqlAsync("UPDATE orleans.storage SET extension = 'diary-2' WHERE extension = 'diary-1'");

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Grains.GetGrain<IDiaryGrain>("diary-2").Read());

        Assert.Contains(nameof(DecryptionException), failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_ConfidentialRowFromBeforeEncryption_IsReadAndEncryptedByItsNextWrite()
    {
        var diary = Grains.GetGrain<IDiaryGrain>("diary-1");
        await diary.Write("new");
        await SqlAsync("""UPDATE orleans.storage SET payload = '{"Text":"old"}' WHERE state_name = 'tests-diary'""");
        await DeactivateAllAsync();

        Assert.Equal("old", await diary.Read());
        await diary.Write("newer");

        Assert.Equal(true, await SqlAsync(
            "SELECT substr(payload, 1, 4) = 'AX21' FROM orleans.storage WHERE state_name = 'tests-diary'"));
    }

    [Fact]
    public async Task Membership_SiloStartsAndStops_IsActiveThenDead()
    {
        Assert.Equal(3, await SqlAsync("SELECT status FROM orleans.membership"));

        await using var later = NpgsqlDataSource.Create(connectionString);
        await silo.StopAsync(TestContext.Current.CancellationToken);

        await using var command = later.CreateCommand("SELECT status FROM orleans.membership");
        Assert.Equal(6, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Client_FindsTheSiloThroughTheTable()
    {
        var client = Host.CreateApplicationBuilder();
        client.Logging.ClearProviders();
        client.UseOrleansClient(orleans =>
        {
            orleans.Configure<ClusterOptions>(silo.Configuration.GetSection(SiloNetworkOptions.Section));
            orleans.UseAdoNetClustering((AdoNetClusteringClientOptions options) =>
            {
                options.Invariant = "Npgsql";
                options.DataSource = source;
            });
        });
        using var host = client.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var notebook = host.Services.GetRequiredService<IClusterClient>().GetGrain<INotebookGrain>("note-1");
        await notebook.Write("from outside");

        Assert.Equal("from outside", await Grains.GetGrain<INotebookGrain>("note-1").Read());
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private async Task DeactivateAllAsync() =>
        await Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    private async Task<object?> SqlAsync(string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
