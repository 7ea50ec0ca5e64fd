using System.Diagnostics;
using System.Globalization;
using Ax2.Local;
using Ax2.TestKit;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Local;

[NeedsProcesses]
public sealed class EmbeddedPostgresTests : IAsyncDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("ax2-embedded-test-");
    private readonly List<EmbeddedPostgres> servers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            await server.StopAsync(CancellationToken.None);
        root.Delete(recursive: true);
    }

    // The folder of the test is closed to other users, as /root is: run as root this is the hard case.
    [Fact]
    public async Task Start_FolderClosedToOthers_ServesAndKeepsItsDataOverAStop()
    {
        var first = await StartAsync();
        await ExecuteAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        await first.StopAsync(TestContext.Current.CancellationToken);
        Assert.False(first.IsRunning);
        Assert.Throws<SetupException>(() => first.ConnectionString);

        var second = await StartAsync();

        Assert.Equal(42, await ExecuteAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Start_AfterTheServerWasKilled_RecoversCommittedRows()
    {
        var first = await StartAsync();
        await ExecuteAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        Kill(first);

        var second = await StartAsync();

        Assert.Equal(42, await ExecuteAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Start_MarkNamesAStrangersProcess_StartsNevertheless()
    {
        var first = await StartAsync();
        await first.StopAsync(TestContext.Current.CancellationToken);
        var mark = Path.Combine(root.FullName, "pg", "data", "postmaster.pid");
        await File.WriteAllTextAsync(
            mark, $"{Environment.ProcessId}\n/elsewhere\n1\n5432\n", TestContext.Current.CancellationToken);
        Assert.False(first.IsRunning);

        var second = await StartAsync();

        Assert.True(second.IsRunning);
    }

    [Fact]
    public async Task Start_Twice_FindsTheRunningServer()
    {
        var first = await StartAsync();

        var second = await StartAsync();

        Assert.Equal(first.ConnectionString, second.ConnectionString);
    }

    [Fact]
    public async Task Start_ManyAtOnce_RunsOneServer()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync()));

        Assert.Single(all.Select(server => server.ConnectionString).Distinct());
    }

    [Fact]
    public async Task Start_SettingRefused_TellsTheServersOwnWords()
    {
        var programs = await Prepared.PostgresAsync(TestContext.Current.CancellationToken);
        var server = new EmbeddedPostgres(
            new() { Programs = programs, Folder = Path.Combine(root.FullName, "pg"), MaxConnections = 0 },
            TimeProvider.System);

        var failure = await Assert.ThrowsAsync<SetupException>(
            () => server.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("max_connections", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Always_AsksForThePasswordAndHidesIt()
    {
        var server = await StartAsync();

        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "wrong", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => connection.OpenAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(root.FullName, "pg", "password")));
    }

    private async Task<EmbeddedPostgres> StartAsync()
    {
        var server = new EmbeddedPostgres(
            new()
            {
                Programs = await Prepared.PostgresAsync(TestContext.Current.CancellationToken),
                Folder = Path.Combine(root.FullName, "pg"),
                SharedBuffersMb = 16,
            },
            TimeProvider.System);
        lock (servers)
            servers.Add(server);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    private static async Task<object?> ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private void Kill(EmbeddedPostgres server)
    {
        Assert.True(server.IsRunning);
        var mark = File.ReadLines(Path.Combine(root.FullName, "pg", "data", "postmaster.pid"));
        using var process = Process.GetProcessById(int.Parse(mark.First(), CultureInfo.InvariantCulture));
        process.Kill();
        process.WaitForExit();
    }
}
