using System.Collections.Immutable;
using System.Data;
using DbUp.Engine;
using Npgsql;

namespace Ax2.Postgres;

/// <summary>
/// Which scripts the database has seen, and what was in them (<c>ax2.applied_scripts</c>). A row is written in the
/// transaction of its script, and never changed.
/// </summary>
internal sealed class MigrationJournal : IJournal
{
    private readonly ImmutableDictionary<string, string> applied;
    private readonly ImmutableDictionary<string, string> checksums;

    private MigrationJournal(ImmutableDictionary<string, string> applied, ImmutableDictionary<string, string> checksums)
    {
        this.applied = applied;
        this.checksums = checksums;
    }

    /// <summary>Reads the journal, making it first when the database is new. The caller holds the migration lock.</summary>
    public static async Task<MigrationJournal> OpenAsync(
        NpgsqlConnection connection, IEnumerable<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        const string Create =
            """
            CREATE SCHEMA IF NOT EXISTS ax2;
            CREATE TABLE IF NOT EXISTS ax2.applied_scripts (
                name       text        PRIMARY KEY,
                checksum   text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            );
            """;
        await using (var create = new NpgsqlCommand(Create, connection))
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var applied = ImmutableDictionary.CreateBuilder<string, string>();
        await using var read = new NpgsqlCommand("SELECT name, checksum FROM ax2.applied_scripts", connection);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            applied.Add(rows.GetString(0), rows.GetString(1));
        }

        return new MigrationJournal(applied.ToImmutable(), scripts.ToImmutableDictionary(s => s.Name, s => s.Checksum));
    }

    /// <summary>Scripts are forward only: what was applied somewhere must stay as it was, or databases drift apart.</summary>
    public void EnsureNoneChanged()
    {
        foreach (var (name, checksum) in applied)
        {
            if (checksums.TryGetValue(name, out var present) && present != checksum)
            {
                throw new MigrationException(
                    $"{name} was changed after this database had applied it. Restore it and put the change into a new, "
                    + "higher numbered file.");
            }
        }
    }

    public string[] GetExecutedScripts() => [.. applied.Keys];

    public void StoreExecutedScript(SqlScript script, Func<IDbCommand> dbCommandFactory)
    {
        using var command = (NpgsqlCommand)dbCommandFactory();
        command.CommandText = "INSERT INTO ax2.applied_scripts (name, checksum) VALUES ($1, $2)";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = script.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checksums[script.Name] });
        command.ExecuteNonQuery();
    }

    public void EnsureTableExistsAndIsLatestVersion(Func<IDbCommand> dbCommandFactory)
    {
        // OpenAsync did.
    }
}
