using System.Collections.Immutable;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
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
    /// <summary>Any number, but always the same one: it is how processes of all versions meet.</summary>
    private const long LockKey = 0x4158_3243_4150_0001;

    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Throws <see cref="MigrationException"/> when the database does not answer in time, a script fails or one that
    /// was applied has changed. What went before a failed script stays applied; the script itself leaves nothing.
    /// </summary>
    public Task MigrateAsync(CancellationToken cancellationToken) =>
        MigrateAsync(MigrationScripts.Embedded, cancellationToken);

    internal async Task MigrateAsync(ImmutableArray<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        await LockAsync(connection, cancellationToken);
        try
        {
            var journal = await MigrationJournal.OpenAsync(connection, scripts, cancellationToken);
            journal.EnsureNoneChanged();
            Apply(scripts, journal);
        }
        finally
        {
            await UnlockAsync(connection);
        }
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

    /// <summary>A session's lock: the server frees it when the process dies, in whatever way.</summary>
    private async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.MigrationTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { CommandTimeout = 0 };
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
        try
        {
            await command.ExecuteNonQueryAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MigrationException(
                $"Another process has been migrating the database for {options.Value.MigrationTimeout}.");
        }
    }

    /// <summary>The connection goes back to the pool, where a lock would live on.</summary>
    private static async Task UnlockAsync(NpgsqlConnection connection)
    {
        if (connection.FullState == System.Data.ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private void Apply(ImmutableArray<MigrationScript> scripts, MigrationJournal journal)
    {
        // Scripts run in the order given. They hold $$ and @names, which are PostgreSQL's here and no variables.
        var result = DeployChanges.To
            .PostgresqlDatabase(new PostgresqlConnectionManager(database))
            .WithScripts(scripts.Select(script => script.ToSqlScript()))
            .WithScriptSorter(given => given)
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .WithExecutionTimeout(options.Value.MigrationTimeout)
            .JournalTo(journal)
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        foreach (var script in result.Scripts)
        {
            LogApplied(script.Name);
        }

        if (!result.Successful)
        {
            throw new MigrationException(
                $"{result.ErrorScript?.Name ?? "The migration"} failed: {result.Error.Message}", result.Error);
        }
    }

    [LoggerMessage(5001, LogLevel.Information, "Applied {Script}.")]
    private partial void LogApplied(string script);

    [LoggerMessage(5002, LogLevel.Information, "Waiting for PostgreSQL: {Reason}")]
    private partial void LogWaiting(string reason);
}
