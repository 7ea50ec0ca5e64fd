using Npgsql;

namespace Ax2.Credits;

/// <summary>
/// Carries out <see cref="CommitStatement"/>, one at a time. It keeps its connection: a server process that has the plan
/// and the tables at hand is a third faster than one that the pool picks.
/// </summary>
internal sealed class CommitWriter(NpgsqlDataSource database)
{
    private NpgsqlConnection? _kept;

    /// <summary>Each commit has its outcome, in their order. Throws when the outcomes are not known.</summary>
    internal async Task<CommitOutcome[]> WriteAsync(IReadOnlyList<CreditCommit> commits)
    {
        _kept ??= await OpenAsync();
        try
        {
            return await WriteAsync(_kept, commits, CommitStatement.Text);
        }
        catch
        {
            var failed = _kept;
            _kept = null;
            await GiveBackAsync(failed);
            throw;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await database.OpenConnectionAsync();
        try
        {
            await ExecuteAsync(connection, CommitStatement.PlanSettings);
            return connection;
        }
        catch
        {
            await GiveBackAsync(connection);
            throw;
        }
    }

    /// <summary>The pool takes a connection as it is: without our settings, or broken, which it notices.</summary>
    private static async Task GiveBackAsync(NpgsqlConnection connection)
    {
        await using (connection)
        {
            try
            {
                await ExecuteAsync(connection, "RESET ALL");
            }
            catch (Exception)
            {
                // What cannot be reset is not used again.
                NpgsqlConnection.ClearPool(connection);
            }
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<CommitOutcome[]> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<CreditCommit> commits, string text)
    {
        await using var statement = new NpgsqlCommand(text, connection);
        CommitParameters.Add(statement.Parameters, commits);
        await statement.PrepareAsync();
        try
        {
            return await ReadOutcomesAsync(statement, commits);
        }
        catch (PostgresException e)
            when (e.SqlState == PostgresErrorCodes.UniqueViolation && text != CommitStatement.CheckedText)
        {
            return await WriteAsync(connection, commits, CommitStatement.CheckedText);
        }
    }

    private static async Task<CommitOutcome[]> ReadOutcomesAsync(
        NpgsqlCommand statement, IReadOnlyList<CreditCommit> commits)
    {
        var outcomes = new Dictionary<Guid, CommitOutcome>(commits.Count);
        await using var rows = await statement.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            outcomes.Add(rows.GetGuid(0), rows.GetBoolean(1) ? CommitOutcome.Committed
                : rows.GetBoolean(2) ? CommitOutcome.Repeated : CommitOutcome.Fenced);
        }

        // The rows come before the commit, so that its failure is known only at the end.
        await rows.NextResultAsync();
        return [.. commits.Select(c => outcomes[c.Ledger.AccountId])];
    }
}
