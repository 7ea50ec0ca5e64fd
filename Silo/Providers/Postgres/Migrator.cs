using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ax2.Postgres;

/// <summary>
/// Brings the database to the form that this build needs, at each start of a process. Any number of processes may start
/// at once: one applies what is missing while the others wait, then find nothing to do. An older build that starts
/// beside a newer one leaves the newer scripts alone, so every change must suit both.
/// </summary>
internal sealed partial class Migrator(
    NpgsqlDataSource database,
    IOptions<PostgresOptions> options,
    TimeProvider time,
    ILogger<Migrator> logger)
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Throws <see cref="MigrationException"/> when the database does not answer in time, a script fails, one does not
    /// get its locks in time, or one that was applied has changed. What went before a failed script stays applied; the
    /// script itself leaves nothing, unless it needs to run without a transaction.
    /// </summary>
    public Task MigrateAsync(CancellationToken cancellationToken) =>
        MigrateAsync(MigrationScripts.Embedded, cancellationToken);

    internal async Task MigrateAsync(ImmutableArray<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await new MigrationRun(connection, scripts, options.Value, time, logger).RunAsync(cancellationToken);
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await database.OpenConnectionAsync(cancellationToken);
            }
            catch (NpgsqlException failure)
            {
                // A wrong password or a missing database does not mend itself.
                var waited = time.GetElapsedTime(started);
                if (!failure.IsTransient || waited >= options.Value.StartTimeout)
                {
                    throw Unreachable(failure);
                }

                LogWaiting(failure.Message);
            }

            await Task.Delay(RetryEvery, time, cancellationToken);
        }
    }

    private MigrationException Unreachable(NpgsqlException failure)
    {
        var target = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        return new MigrationException(
            $"PostgreSQL at {target.Host}:{target.Port}, database '{target.Database}', user '{target.Username}': "
            + $"{failure.Message}", failure);
    }

    [LoggerMessage(5002, LogLevel.Information, "Waiting for PostgreSQL: {Reason}")]
    private partial void LogWaiting(string reason);
}
