using System.Diagnostics;
using Ax2.Local;
using Ax2.Local.Audit;
using Npgsql;

namespace Ax2.Benchmarks.Answers;

/// <summary>The stack's database, seen from outside.</summary>
internal static class Postgres
{
    /// <summary>Not the bench's own, and not a process of the server itself.</summary>
    private const string AnyBackend =
        """
        SELECT pid FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()
        ORDER BY random() LIMIT 1
        """;

    public static NpgsqlDataSource OpenDataSource(LocalLayout layout) => NpgsqlDataSource.Create(
        StackPlan.EmbeddedPostgres(layout, TimeProvider.System).ConnectionString + ";Pooling=false;Timeout=3");

    /// <summary>Of the server, or null.</summary>
    public static int? ProcessId(LocalLayout layout) =>
        new PostmasterFile(Path.Combine(layout.Postgres, "data")).Read()?.Pid;

    public static async Task KillOneBackendAsync(LocalLayout layout, CancellationToken cancellationToken)
    {
        await using var database = OpenDataSource(layout);
        await using var query = database.CreateCommand(AnyBackend);
        if (await query.ExecuteScalarAsync(cancellationToken) is int id)
        {
            using var backend = Process.GetProcessById(id);
            backend.Kill();
            await backend.WaitForExitAsync(cancellationToken);
        }
    }

    /// <summary>A line for each row that an audit query found.</summary>
    public static async Task<IReadOnlyList<string>> AuditAsync(LocalLayout layout, CancellationToken cancellationToken)
    {
        await using var database = OpenDataSource(layout);
        var audit = new CreditAudit(Path.Combine(layout.Repository, "sql", "audit"));
        var findings = await audit.RunAsync(database, cancellationToken);
        return [.. findings.SelectMany(finding => finding.Rows.Select(row => $"audit {finding.Query}: {row}"))];
    }
}
