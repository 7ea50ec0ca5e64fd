using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Ax2.Local;

/// <summary>
/// A private PostgreSQL on the loopback interface, with its own folder and password. It outlives this process unless it
/// is stopped, and a later process that names the same folder finds it again.
/// </summary>
public sealed class EmbeddedPostgres(EmbeddedPostgresOptions options, TimeProvider time)
{
    private const string User = "ax2";
    private const int StartAttempts = 3;
    private const long LogBytesKept = 16 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string folder = Path.GetFullPath(options.Folder);
    private readonly PostmasterFile postmaster = new(Path.Combine(Path.GetFullPath(options.Folder), "data"));

    private string Data => postmaster.DataFolder;
    private string PasswordFile => Path.Combine(folder, "password");

    public string LogFile => Path.Combine(folder, "postgres.log");

    public bool IsRunning => postmaster.Read() is not null;

    /// <summary>
    /// For the database of the options. Throws <see cref="SetupException"/> when the server does not run.
    /// </summary>
    public string ConnectionString => ConnectionStringFor(options.Database);

    /// <summary>
    /// Starts the server, making its cluster and database first when they are missing. One that already runs on the
    /// folder is used as it is, on its own port. Throws <see cref="SetupException"/> with the tail of the log.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new SetupException("No embedded PostgreSQL on Windows: set ConnectionStrings__Postgres.");
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        using var held = await LockAsync(cancellationToken);
        if (!IsRunning)
        {
            var user = PostgresUser.For(Data, Path.Combine(options.Programs, "bin"));
            await CreateClusterAsync(user, cancellationToken);
            await LaunchAsync(user, cancellationToken);
        }
        await CreateDatabaseAsync(cancellationToken);
    }

    /// <summary>Ends the server without waiting for its clients. Does nothing when it does not run.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            return;
        using var held = await LockAsync(cancellationToken);
        if (IsRunning)
            await ControlAsync(PostgresUser.For(Data), ["stop", "-m", "fast"], cancellationToken);
    }

    private Task<FileLock> LockAsync(CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(Path.Combine(folder, "lock"), time, cancellationToken);

    public string ConnectionStringFor(string database)
    {
        var server = postmaster.Read() ?? throw new SetupException($"PostgreSQL does not run on {folder}.");
        return new NpgsqlConnectionStringBuilder
        {
            Host = IPAddress.Loopback.ToString(),
            Port = server.Port,
            Username = User,
            Password = File.ReadAllText(PasswordFile),
            Database = database,
        }.ConnectionString;
    }

    /// <summary>
    /// The cluster is made under another name first: a crash half-way leaves nothing that looks like one.
    /// </summary>
    [UnsupportedOSPlatform("windows")]
    private async Task CreateClusterAsync(PostgresUser user, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Data))
            return;
        var staging = Data + ".partial";
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        WritePassword();
        await user.OwnAsync(folder, time, cancellationToken);
        // The built-in locale sorts the same everywhere: an update of the system cannot break an index.
        var command = user.Command(Program("initdb"),
            "-D", staging, "-U", User,
            "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--auth=scram-sha-256", "--pwfile=" + PasswordFile, options.Durable ? "--data-checksums" : "--no-sync");
        await Command.RunAsync(command, null, options.Timeout, time, cancellationToken);
        Directory.Move(staging, Data);
    }

    [UnsupportedOSPlatform("windows")]
    private void WritePassword()
    {
        File.Delete(PasswordFile);
        using var file = new FileStream(PasswordFile, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))));
    }

    /// <summary>
    /// A few attempts: the free port may be taken meanwhile, and after a kill the old server's children need a moment.
    /// </summary>
    private async Task LaunchAsync(PostgresUser user, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            postmaster.RemoveStale();
            RotateLog();
            try
            {
                await ControlAsync(user, ["start", "-l", LogFile, "-o", Settings()], cancellationToken);
                return;
            }
            catch (SetupException failure) when (attempt == StartAttempts)
            {
                throw new SetupException($"PostgreSQL did not start. {failure.Message}\n{LogTail()}", failure);
            }
            catch (SetupException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    private string LogTail() => File.Exists(LogFile) ? Command.Tail(File.ReadAllText(LogFile)) : "";

    private void RotateLog()
    {
        if (new FileInfo(LogFile) is { Exists: true, Length: > LogBytesKept } log)
            log.MoveTo(LogFile + ".1", overwrite: true);
    }

    private string Settings()
    {
        List<string> settings =
        [
            $"port={(options.Port == 0 ? FreePort() : options.Port)}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            $"max_connections={options.MaxConnections}",
            $"shared_buffers={options.SharedBuffersMb}MB",
            "idle_in_transaction_session_timeout=60s",
            "log_line_prefix='%m [%p] %q%a '",
            "log_timezone=UTC",
            "jit=off",
        ];
        if (!options.Durable)
            settings.AddRange(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
        return string.Join(' ', settings.Select(setting => "-c " + setting));
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionStringFor("postgres"));
        await using var connection = await ConnectAsync(source, cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection);
        exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.Database });
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
            return;
        var quoted = $"\"{options.Database.Replace("\"", "\"\"")}\"";
        await using var create = new NpgsqlCommand("CREATE DATABASE " + quoted, connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// A server that another process left behind may still be recovering: it answers, and asks to wait.
    /// </summary>
    private async Task<NpgsqlConnection> ConnectAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await source.OpenConnectionAsync(cancellationToken);
            }
            catch (NpgsqlException busy) when (busy.IsTransient && time.GetElapsedTime(started) < options.Timeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
            catch (NpgsqlException failure)
            {
                throw new SetupException($"PostgreSQL on {folder} does not answer: {failure.Message}", failure);
            }
        }
    }

    private Task<string> ControlAsync(PostgresUser user, string[] arguments, CancellationToken cancellationToken)
    {
        var seconds = (int)Math.Ceiling(options.Timeout.TotalSeconds);
        string[] command = [Program("pg_ctl"), "-D", Data, "-w", "-s", "-t", $"{seconds}", .. arguments];
        return Command.RunAsync(user.Command(command), null, options.Timeout * 1.5, time, cancellationToken);
    }

    private string Program(string name) => Path.Combine(Path.GetFullPath(options.Programs), "bin", name);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
