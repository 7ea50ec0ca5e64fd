using System.Text.RegularExpressions;
using Npgsql;

namespace Ax2.Postgres;

/// <summary>
/// Runs scripts on the connection that holds the migration lock. A statement that asks for a lock waits at most
/// <paramref name="lockTimeout"/>, because everybody who writes to the table waits behind it.
/// </summary>
internal sealed partial class ScriptRunner(NpgsqlConnection connection, TimeSpan lockTimeout)
{
    public async Task RunAsync(MigrationScript script, CancellationToken cancellationToken)
    {
        if (script.IsTransactional)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await SetLockTimeoutAsync(lockTimeout, isLocal: true, cancellationToken);
            await ExecuteAsync(script.Text, cancellationToken);
            await MigrationJournal.AddAsync(connection, script, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return;
        }

        try
        {
            foreach (var statement in script.Statements)
            {
                await RunStatementAsync(statement, cancellationToken);
            }

            await MigrationJournal.AddAsync(connection, script, cancellationToken);
        }
        finally
        {
            await ResetLockTimeoutAsync();
        }
    }

    private async Task RunStatementAsync(string statement, CancellationToken cancellationToken)
    {
        // CONCURRENTLY waits for the transactions of others, and nobody waits behind it.
        var isConcurrent = statement.Contains("CONCURRENTLY", StringComparison.Ordinal);
        await SetLockTimeoutAsync(isConcurrent ? TimeSpan.Zero : lockTimeout, isLocal: false, cancellationToken);
        if (ConcurrentIndex().Match(statement) is { Success: true } index)
        {
            await DropInvalidAsync($"{index.Groups["schema"]}.{index.Groups["name"]}", cancellationToken);
        }

        await ExecuteAsync(statement, cancellationToken);
    }

    /// <summary>
    /// A build that failed leaves an index that every write pays for and IF NOT EXISTS takes for one.
    /// </summary>
    private async Task DropInvalidAsync(string index, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = index });
        if (await command.ExecuteScalarAsync(cancellationToken) is not null)
        {
            await ExecuteAsync($"DROP INDEX CONCURRENTLY {index}", cancellationToken);
        }
    }

    /// <param name="isLocal">It ends with the transaction.</param>
    private async Task SetLockTimeoutAsync(TimeSpan timeout, bool isLocal, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT set_config('lock_timeout', $1, $2)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{(long)timeout.TotalMilliseconds}ms" });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = isLocal });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The connection goes back to the pool as it is.</summary>
    private async Task ResetLockTimeoutAsync()
    {
        if (connection.FullState == System.Data.ConnectionState.Open)
        {
            await ExecuteAsync("RESET lock_timeout", CancellationToken.None);
        }
    }

    /// <summary>The caller's token limits it: how long a script takes depends on the size of its tables.</summary>
    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [GeneratedRegex(@"CREATE (UNIQUE )?INDEX CONCURRENTLY IF NOT EXISTS (?<name>\w+)\s+ON (?<schema>\w+)\.")]
    private static partial Regex ConcurrentIndex();
}
