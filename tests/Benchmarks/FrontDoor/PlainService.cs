using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ax2.Local;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Npgsql;

namespace Ax2.Benchmarks.FrontDoor;

/// <summary>
/// The plain Node.js service of <c>node/server.js</c> as a process: installed as its lock file says, over the same
/// PostgreSQL, with one row for the job.
/// </summary>
internal sealed class PlainService : IDisposable
{
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private readonly ChildProcess _process;

    private PlainService(ChildProcess process, Uri origin) => (_process, Origin) = (process, origin);

    public Uri Origin { get; }

    public static int Workers => Environment.ProcessorCount;

    public static async Task<PlainService> StartAsync(
        LocalCluster cluster, string jwks, BenchJob job, CancellationToken cancellationToken)
    {
        var folder = await InstallAsync(cluster.Folder, cancellationToken);
        await FillAsync(cluster.Postgres.ConnectionString, job, cancellationToken);
        var origin = LocalLayout.Loopback(FreePorts.FindRun(1));
        var process = ChildProcess.Start(
            ["node", "server.js"], Path.Combine(cluster.Logs, "node.log"), folder, Settings(cluster, jwks, origin));
        var service = new PlainService(process, origin);
        await service.AwaitListenerAsync(cancellationToken);
        return service;
    }

    public void Dispose() => _process.Dispose();

    private static Dictionary<string, string> Settings(LocalCluster cluster, string jwks, Uri origin)
    {
        var postgres = new NpgsqlConnectionStringBuilder(cluster.Postgres.ConnectionString);
        var password = Uri.EscapeDataString(postgres.Password ?? "");
        return new Dictionary<string, string>
        {
            ["NODE_ENV"] = "production",
            ["PORT"] = origin.Port.ToString(CultureInfo.InvariantCulture),
            ["WORKERS"] = Workers.ToString(CultureInfo.InvariantCulture),
            ["DATABASE_URL"] = $"postgres://{Uri.EscapeDataString(postgres.Username!)}:{password}"
                + $"@127.0.0.1:{postgres.Port}/{postgres.Database}",
            ["JWKS"] = jwks,
            ["ISSUER"] = "ax2-caption",
            ["AUDIENCE"] = "ax2-caption-api",
        };
    }

    private static async Task<string> InstallAsync(string folder, CancellationToken cancellationToken)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, "node")).FullName;
        var source = Path.Combine(Ax2Home.RepositoryRoot, "tests", "Benchmarks", "FrontDoor", "node");
        foreach (var name in (string[])["package.json", "package-lock.json", "server.js"])
        {
            File.Copy(Path.Combine(source, name), Path.Combine(target, name));
        }

        await Command.RunAsync(
            ["npm", "ci", "--ignore-scripts", "--silent"], target, InstallTimeout, TimeProvider.System,
            cancellationToken);
        return target;
    }

    private static async Task FillAsync(string connectionString, BenchJob job, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(
            """
            CREATE TABLE public.plain_jobs (id uuid PRIMARY KEY, workspace_id uuid NOT NULL, document jsonb NOT NULL);
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var insert = database.CreateCommand("INSERT INTO public.plain_jobs VALUES ($1, $2, $3::jsonb)");
        insert.Parameters.AddWithValue(job.Id);
        insert.Parameters.AddWithValue(job.WorkspaceId);
        insert.Parameters.AddWithValue(job.Document);
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task AwaitListenerAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Origin.Port, cancellationToken);
                return;
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(began) < StartTimeout)
            {
                await Task.Delay(PollInterval, TimeProvider.System, cancellationToken);
            }
        }
    }
}
