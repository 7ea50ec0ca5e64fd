using System.Data;
using Npgsql;

namespace Ax2.Local.Audit;

/// <param name="Rows">What the query found, one line each; empty when all is well.</param>
public sealed record AuditFinding(string Query, IReadOnlyList<string> Rows);

/// <summary>
/// Runs every query of <c>sql/audit</c> on one snapshot, beside running silos. A query that answers rows found books
/// that are wrong.
/// </summary>
public sealed class CreditAudit(string folder)
{
    private const int MaxRowsShown = 20;

    /// <summary>Whole tables are read and hashed. A negative one waits forever, zero too.</summary>
    private const int TimeoutSeconds = 3600;

    public async Task<IReadOnlyList<AuditFinding>> RunAsync(
        NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot =
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var findings = new List<AuditFinding>();
        foreach (var file in Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal))
        {
            await using var query =
                new NpgsqlCommand(await File.ReadAllTextAsync(file, cancellationToken), connection, snapshot);
            query.CommandTimeout = TimeoutSeconds;
            await using var rows = await query.ExecuteReaderAsync(cancellationToken);
            findings.Add(new AuditFinding(
                Path.GetFileNameWithoutExtension(file), await ReadAsync(rows, cancellationToken)));
        }

        return findings.Count > 0 ? findings : throw new SetupException($"There are no audit queries in {folder}.");
    }

    private static async Task<List<string>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        while (found.Count < MaxRowsShown && await rows.ReadAsync(cancellationToken))
        {
            var fields = Enumerable.Range(0, rows.FieldCount).Select(i => $"{rows.GetName(i)}={rows.GetValue(i)}");
            found.Add(string.Join(' ', fields));
        }

        return found;
    }
}
