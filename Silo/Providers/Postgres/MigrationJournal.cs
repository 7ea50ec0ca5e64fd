using System.Collections.Immutable;
using Npgsql;

namespace Ax2.Postgres;

/// <summary>
/// Which scripts the database has seen, and what was in them (<c>ax2.applied_scripts</c>). A row is written in the
/// transaction of its script, or after its last statement where it has none, and never changed.
/// </summary>
internal sealed class MigrationJournal
{
    private readonly ImmutableDictionary<string, string> checksums;

    private MigrationJournal(ImmutableDictionary<string, string> checksums) => this.checksums = checksums;

    /// <summary>
    /// Reads the journal, making it first when the database is new. The caller holds the migration lock.
    /// </summary>
    public static async Task<MigrationJournal> OpenAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
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

        return new MigrationJournal(applied.ToImmutable());
    }

    /// <summary>
    /// Scripts are forward only: what was applied somewhere must stay as it was, or databases drift apart.
    /// </summary>
    public ImmutableArray<MigrationScript> Missing(ImmutableArray<MigrationScript> scripts)
    {
        var changed = scripts.FirstOrDefault(
            script => checksums.TryGetValue(script.Name, out var applied) && applied != script.Checksum);
        return changed is null
            ? [.. scripts.Where(script => !checksums.ContainsKey(script.Name))]
            : throw new MigrationException(
                $"{changed.Name} was changed after this database had applied it. Restore it and put the change into a "
                + "new, higher numbered file.");
    }

    public static async Task AddAsync(
        NpgsqlConnection connection, MigrationScript script, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO ax2.applied_scripts (name, checksum) VALUES ($1, $2)", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = script.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = script.Checksum });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
