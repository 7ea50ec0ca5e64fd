using System.Diagnostics;
using Ax2.Local;
using Npgsql;

namespace Ax2.TestKit.Cluster;

/// <summary>The cluster's database: one port over all its lives, and none of them longer than this process.</summary>
public sealed class PostgresNode : IAsyncDisposable
{
    /// <summary>Waits for the end of the pipe to us; after an orderly stop there is nothing left to end.</summary>
    private const string KillOnExit = "cat >/dev/null; kill -QUIT \"$(head -n 1 \"$1\" 2>/dev/null)\" 2>/dev/null";

    private readonly EmbeddedPostgres _server;
    private readonly PostmasterFile _postmaster;
    private readonly Process _watcher;

    private PostgresNode(EmbeddedPostgres server, PostmasterFile postmaster, Process watcher) =>
        (_server, _postmaster, _watcher) = (server, postmaster, watcher);

    public string ConnectionString => _server.ConnectionString;

    public int Port => new NpgsqlConnectionStringBuilder(ConnectionString).Port;

    internal static async Task<PostgresNode> StartAsync(
        LocalLayout layout, LocalClusterOptions options, CancellationToken cancellationToken)
    {
        var server = new EmbeddedPostgres(
            new EmbeddedPostgresOptions
            {
                Programs = await Prepared.PostgresAsync(cancellationToken),
                Folder = layout.Postgres,
                Port = layout.PostgresPort,
                MaxConnections = options.PostgresConnections,
                SharedBuffersMb = options.PostgresSharedBuffersMb,
            },
            TimeProvider.System);
        var data = Path.Combine(layout.Postgres, "data");
        var watcher = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", KillOnExit, "watcher", Path.Combine(data, "postmaster.pid")]) { RedirectStandardInput = true })!;
        var node = new PostgresNode(server, new PostmasterFile(data), watcher);
        await server.StartAsync(cancellationToken);
        return node;
    }

    /// <summary>As <c>kill -9</c> of the server does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (_postmaster.Read() is { } running)
        {
            using var process = Process.GetProcessById(running.Pid);
            process.Kill();
            await process.WaitForExitAsync(cancellationToken);
        }
    }

    /// <summary>After <see cref="KillAsync"/> or <see cref="StopAsync"/>: the same data on the same port.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    /// <summary>In order, without waiting for its clients.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.StopAsync(CancellationToken.None);
        _watcher.StandardInput.Dispose();
        await _watcher.WaitForExitAsync();
        _watcher.Dispose();
    }
}
