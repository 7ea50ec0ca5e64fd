using Ax2.Hosting;
using Ax2.Outages;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.Tests.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Storage;
using Xunit;

namespace Ax2.Tests.Outages;

/// <summary>What a client gets of a fault, over sockets, from a silo as the product makes it.</summary>
[NeedsProcesses]
public sealed class GrainFaultTests(PostgresServer server) : IAsyncLifetime
{
    private volatile bool _isAway;
    private TcpRelay _relay = null!;
    private NpgsqlDataSource _database = null!;
    private WebApplication _silo = null!;
    private IHost _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => _client.Services.GetRequiredService<IClusterClient>();

    public async ValueTask InitializeAsync()
    {
        var connection = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync(Cancel));
        _database = NpgsqlDataSource.Create(connection.ConnectionString);
        _relay = new TcpRelay(connection.Port, mayAnswer: _ => !_isAway);
        connection.Port = _relay.Port;
        _silo = await TestSilo.StartAsync(connection.ConnectionString);
        _client = await StartClientAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _isAway = false;
        await _client.StopAsync(CancellationToken.None);
        _client.Dispose();
        await _silo.DisposeAsync();
        _relay.Dispose();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("admin_shutdown", StorageFaults.Unavailable, "57P01")]
    [InlineData("connection", StorageFaults.Unavailable, "Failed to connect")]
    [InlineData("disk_full", StorageFaults.Full, "No space left")]
    [InlineData("read_only", StorageFaults.Unavailable, "Read-only")]
    public async Task Call_StoreIsAway_ThrowsItsCodeAndCause(string kind, string code, string cause)
    {
        var fault = await Assert.ThrowsAsync<StorageFaultException>(() => Faulty.Throw(kind));

        Assert.Equal(code, fault.Code);
        Assert.Contains(cause, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OverAnotherGrain_ThrowsTheSame()
    {
        var fault = await Assert.ThrowsAsync<StorageFaultException>(() => Faulty.ThrowInAnother("admin_shutdown"));

        Assert.Equal(StorageFaults.Unavailable, fault.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_FaultOfAnUnknownType_KeepsItsNameAndMessage(bool isOverAnother)
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(
            () => isOverAnother ? Faulty.ThrowInAnother("unknown") : Faulty.Throw("unknown"));

        Assert.DoesNotContain("codec", fault.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("NobodyKnowsMeException", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("what happened", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data", typeof(PostgresException))]
    [InlineData("conflict", typeof(InconsistentStateException))]
    [InlineData("rejected", typeof(WriteRejectedException))]
    [InlineData("bug", typeof(InvalidOperationException))]
    public async Task Call_FaultThatIsNoOutage_IsItselfAndNoOutageHere(string kind, Type type)
    {
        Func<Task>[] calls =
            [() => Faulty.Throw(kind), () => Faulty.ThrowInAnother(kind), () => ReadStreamAsync(0, kind)];
        foreach (var call in calls)
        {
            var fault = await Assert.ThrowsAnyAsync<Exception>(call);
            Assert.IsType(type, fault);
            Assert.Null(StorageFaults.CodeOf(fault));
        }
    }

    /// <summary>Orleans answers the fault of an enumeration as a value.</summary>
    [Theory]
    [InlineData("admin_shutdown", StorageFaults.Unavailable, 0)]
    [InlineData("admin_shutdown", StorageFaults.Unavailable, 3)]
    [InlineData("disk_full", StorageFaults.Full, 1)]
    public async Task Stream_StoreIsAway_ThrowsItsCode(string kind, string code, int count)
    {
        var fault = await Assert.ThrowsAsync<StorageFaultException>(() => ReadStreamAsync(count, kind));

        Assert.Equal(code, fault.Code);
    }

    /// <summary>No call filter sees it: the state is read while the grain is activated.</summary>
    [Fact]
    public async Task Call_StateCannotBeRead_ThrowsTheCode_AndWorksWhenTheDatabaseIsBack()
    {
        var notebook = Grains.GetGrain<INotebookGrain>("kept");
        await notebook.Write("text");
        await DeactivateAllAsync();

        _isAway = true;
        var fault = await Assert.ThrowsAsync<StorageFaultException>(notebook.Read);
        Assert.Equal(StorageFaults.Unavailable, fault.Code);

        _isAway = false;
        Assert.Equal("text", await notebook.Read());
    }

    /// <summary>The pool does not know yet that its connections are dead; the read does not fail for that.</summary>
    [Fact]
    public async Task Call_ConnectionsWereTerminated_ReadsTheStateAllTheSame()
    {
        var notebook = Grains.GetGrain<INotebookGrain>("kept");
        await notebook.Write("text");
        await DeactivateAllAsync();

        await KillConnectionsAsync();

        Assert.Equal("text", await notebook.Read());
    }

    private IFaultyGrain Faulty => Grains.GetGrain<IFaultyGrain>("one");

    private async Task ReadStreamAsync(int count, string kind)
    {
        await foreach (var _ in Faulty.Stream(count, kind).WithCancellation(Cancel))
        {
        }
    }

    private Task DeactivateAllAsync() =>
        Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    private async Task KillConnectionsAsync()
    {
        await using var command = _database.CreateCommand(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private async Task<IHost> StartClientAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(orleans =>
        {
            orleans.Configure<ClusterOptions>(_silo.Configuration.GetSection(SiloNetworkOptions.Section));
            orleans.UseAdoNetClustering((AdoNetClusteringClientOptions options) =>
            {
                options.Invariant = "Npgsql";
                options.DataSource = _silo.Services.GetRequiredService<NpgsqlDataSource>();
            });
        });
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }
}
