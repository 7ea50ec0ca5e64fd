using System.Collections.Immutable;
using Npgsql;

namespace Ax2.Postgres;

/// <summary>One process's migration: tries to apply what is missing until nothing is.</summary>
internal sealed partial class MigrationRun(
    NpgsqlConnection connection, ImmutableArray<MigrationScript> scripts, PostgresOptions options, TimeProvider time,
    ILogger logger)
{
    /// <summary>Any number, but always the same one: it is how processes of all versions meet.</summary>
    internal const long LockKey = 0x4158_3243_4150_0001;

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly ScriptRunner runner = new(connection, options.MigrationLockTimeout);
    private string waitsFor = "";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.MigrationTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            for (var pause = FirstPause; !await TryAsync(either.Token);)
            {
                await Task.Delay(pause, time, either.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MigrationException(
                $"{waitsFor}: not done within {options.MigrationTimeout} (Postgres:MigrationPatience).");
        }
        catch (NpgsqlException fault)
        {
            throw new MigrationException($"The database cannot be migrated: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// False when a script met a lock of others. Between two tries the migration lock is free: a process of an older
    /// version that waits for it is a transaction, and an index that is built concurrently waits for its end.
    /// </summary>
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        await LockAsync(cancellationToken);
        try
        {
            var journal = await MigrationJournal.OpenAsync(connection, cancellationToken);
            foreach (var script in journal.Missing(scripts))
            {
                if (!await TryAsync(script, cancellationToken))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            await UnlockAsync();
        }
    }

    private async Task<bool> TryAsync(MigrationScript script, CancellationToken cancellationToken)
    {
        waitsFor = script.Name;
        try
        {
            await runner.RunAsync(script, cancellationToken);
            LogApplied(script.Name);
            return true;
        }
        catch (PostgresException fault) when (
            fault.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            waitsFor = $"{script.Name} waits for a lock that others hold ({fault.MessageText})";
            LogLocked(script.Name, fault.MessageText);
            return false;
        }
        catch (NpgsqlException fault)
        {
            throw new MigrationException($"{script.Name} failed: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// A session's lock: the server frees it when the process dies, in whatever way. It is asked for again and again,
    /// because a session that waits in the server would hold up a concurrent index of the process that it waits for.
    /// </summary>
    private async Task LockAsync(CancellationToken cancellationToken)
    {
        var before = waitsFor;
        while (!await AskAsync("SELECT pg_try_advisory_lock($1)", cancellationToken))
        {
            waitsFor = "Another process migrates the database";
            await Task.Delay(AskEvery, time, cancellationToken);
        }

        waitsFor = before;
    }

    /// <summary>The connection goes back to the pool, where a lock would live on.</summary>
    private async Task UnlockAsync()
    {
        if (connection.FullState == System.Data.ConnectionState.Open)
        {
            await AskAsync("SELECT pg_advisory_unlock($1)", CancellationToken.None);
        }
    }

    private async Task<bool> AskAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockKey });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    [LoggerMessage(5001, LogLevel.Information, "Applied {Script}.")]
    private partial void LogApplied(string script);

    [LoggerMessage(5003, LogLevel.Warning, "{Script} is tried again, because others hold a lock: {Reason}")]
    private partial void LogLocked(string script, string reason);
}
