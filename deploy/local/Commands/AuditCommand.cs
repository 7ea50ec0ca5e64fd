using Ax2.Local.Audit;
using Npgsql;

namespace Ax2.Local.Commands;

internal static class AuditCommand
{
    public static CliCommand Create()
    {
        var command = new CliCommand("audit",
            "Prove the credit ledger: every query of sql/audit on one snapshot. Exit code 1: the books are wrong.");
        command.SetAction((_, cancellationToken) => RunAsync(LocalLayout.Current(), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LocalLayout layout, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(ConnectionString(layout));
        var audit = new CreditAudit(Path.Combine(layout.Repository, "sql", "audit"));
        var findings = await audit.RunAsync(database, cancellationToken);
        foreach (var finding in findings)
        {
            Console.WriteLine($"{finding.Query,-26} {(finding.Rows.Count == 0 ? "ok" : "BAD")}");
            foreach (var row in finding.Rows)
                Console.WriteLine($"    {row}");
        }

        return findings.All(f => f.Rows.Count == 0) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>The same database as the silos': the caller's, or the one that <c>up</c> runs.</summary>
    private static string ConnectionString(LocalLayout layout) =>
        StackPlan.ExternalPostgres(CallerEnvironment.Read()) ?? RunningPostgres(layout);

    private static string RunningPostgres(LocalLayout layout)
    {
        var postgres = StackPlan.EmbeddedPostgres(layout, TimeProvider.System);
        return postgres.IsRunning
            ? postgres.ConnectionString
            : throw new SetupException("PostgreSQL is not running: ./ax2 up starts it.");
    }
}
