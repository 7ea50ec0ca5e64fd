extern alias silo;

using Npgsql;
using silo::Ax2.Postgres;

namespace Ax2.Tests.Jobs;

/// <summary>
/// The application's tables. The silo owns the migrations, and the API must not know it; its tests may.
/// </summary>
internal static class AppScripts
{
    internal const string Template = "jobs";

    internal static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var empty = NpgsqlDataSource.Create(connectionString);
        foreach (var script in MigrationScripts.Embedded.Where(IsOfTheApplication))
        {
            foreach (var statement in script.IsTransactional ? [script.Text] : script.Statements)
            {
                await using var command = empty.CreateCommand(statement);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }

    private static bool IsOfTheApplication(MigrationScript script) =>
        script.Name.StartsWith("sql/app/", StringComparison.Ordinal);
}
