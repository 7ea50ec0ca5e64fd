using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Ax2.Local;
using Npgsql;

namespace Ax2.TestKit;

/// <summary>
/// One real PostgreSQL for a test assembly: <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>, then take it as
/// a constructor parameter. It starts when the first database is asked for, so runs without databases do not pay.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string FolderPrefix = "ax2-test-postgres-";

    private readonly Lazy<Task<EmbeddedPostgres>> server = new(StartAsync);
    private readonly ConcurrentDictionary<string, Lazy<Task>> templates = new();
    private int databases;

    private static string Folder { get; } =
        Path.Combine(Path.GetTempPath(), FolderPrefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>The connection string of a new, empty database.</summary>
    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken) =>
        CopyDatabaseAsync("template0", cancellationToken);

    /// <summary>
    /// The connection string of a new copy of a template database. The first to name the template prepares it:
    /// <paramref name="prepare"/> gets its connection string and must close every connection that it opens.
    /// </summary>
    public async Task<string> CreateDatabaseAsync(
        string template, Func<string, CancellationToken, Task> prepare, CancellationToken cancellationToken)
    {
        await templates.GetOrAdd(template, name => new Lazy<Task>(() => PrepareAsync(name, prepare))).Value;
        return await CopyDatabaseAsync(template, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!server.IsValueCreated || !server.Value.IsCompletedSuccessfully)
            return;
        NpgsqlConnection.ClearAllPools();
        await (await server.Value).StopAsync(CancellationToken.None);
        Directory.Delete(Folder, recursive: true);
    }

    private async Task PrepareAsync(string name, Func<string, CancellationToken, Task> prepare)
    {
        var running = await server.Value;
        await ExecuteAsync(running, $"CREATE DATABASE \"{name}\" TEMPLATE template0", CancellationToken.None);
        await prepare(running.ConnectionStringFor(name) + ";Pooling=false", CancellationToken.None);
    }

    private async Task<string> CopyDatabaseAsync(string template, CancellationToken cancellationToken)
    {
        var running = await server.Value;
        var name = "test" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        await ExecuteAsync(running, $"CREATE DATABASE {name} TEMPLATE \"{template}\"", cancellationToken);
        return running.ConnectionStringFor(name);
    }

    private static async Task ExecuteAsync(EmbeddedPostgres running, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(running.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        await RemoveAbandonedAsync();
        var programs = await Prepared.PostgresAsync(CancellationToken.None);
        var server = new EmbeddedPostgres(Options(programs, Folder), TimeProvider.System);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>A test run that was killed leaves its server behind; the next run removes it.</summary>
    private static async Task RemoveAbandonedAsync()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            var name = Path.GetFileName(folder)[FolderPrefix.Length..];
            if (!int.TryParse(name, CultureInfo.InvariantCulture, out var owner)
                || (owner != Environment.ProcessId && IsAlive(owner)))
                continue;
            var options = Options(PostgresComponent.Folder(Ax2Home.Path), folder);
            var left = new EmbeddedPostgres(options, TimeProvider.System);
            await left.StopAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static EmbeddedPostgresOptions Options(string programs, string folder) =>
        new() { Programs = programs, Folder = folder, Durable = false, MaxConnections = 400, SharedBuffersMb = 64 };
}
