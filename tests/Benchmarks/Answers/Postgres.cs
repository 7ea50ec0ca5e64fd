using System.Diagnostics;
using Ax2.Local;
using Ax2.Local.Audit;
using Npgsql;

namespace Ax2.Benchmarks.Answers;

/// <summary>The stack's database, seen from outside.</summary>
internal static class Postgres
{
    /// <summary>A silo's or the API's: not the bench's own, and not a process of the server itself.</summary>
    private const string AnyBackend =
        """
        SELECT pid FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()
        ORDER BY random() LIMIT 1
        """;
    private const string EndAnyBackend =
        $"SELECT pg_terminate_backend(backend.pid) FROM ({AnyBackend}) AS backend";

    public static NpgsqlDataSource OpenDataSource(LocalLayout layout) => NpgsqlDataSource.Create(
        StackPlan.EmbeddedPostgres(layout, TimeProvider.System).ConnectionString + ";Pooling=false;Timeout=3");

    /// <summary>Of the server, or null.</summary>
    public static int? ProcessId(LocalLayout layout) =>
        new PostmasterFile(Path.Combine(layout.Postgres, "data")).Read()?.Pid;

    /// <summary>In order: its client loses the connection, all others keep theirs.</summary>
    public static async Task EndOneBackendAsync(LocalLayout layout, CancellationToken cancellationToken)
    {
        await using var database = OpenDataSource(layout);
        await using var query = database.CreateCommand(EndAnyBackend);
        if (await query.ExecuteScalarAsync(cancellationToken) is not true)
        {
            throw new SetupException("No backend of the stack could be ended.");
        }
    }

    /// <summary>PostgreSQL ends all others itself then, and recovers.</summary>
    public static async Task KillOneBackendAsync(LocalLayout layout, CancellationToken cancellationToken)
    {
        await using var database = OpenDataSource(layout);
        await using var query = database.CreateCommand(AnyBackend);
        using var backend = await query.ExecuteScalarAsync(cancellationToken) is int id
            ? Process.GetProcessById(id)
            : throw new SetupException("The stack has no backend to kill.");
        backend.Kill();
        await backend.WaitForExitAsync(cancellationToken);
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
