using Ax2.TestKit;
using Npgsql;

namespace Ax2.Tests.Jobs;

/// <summary>
/// The application's tables. The silo owns the migrations, and the API must not know it: the files themselves are
/// enough here.
/// </summary>
internal static class AppScripts
{
    internal const string Template = "jobs";

    internal static async Task ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var empty = NpgsqlDataSource.Create(connectionString);
        var folder = Path.Combine(Ax2Home.RepositoryRoot, "sql", "app");
        foreach (var script in Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal))
        {
            var text = await File.ReadAllTextAsync(script, cancellationToken);
            var isTransactional = !text.StartsWith("-- ax2: no transaction\n", StringComparison.Ordinal);
            foreach (var statement in isTransactional ? [text] : text.Split(";\n"))
            {
                await using var command = empty.CreateCommand(statement);
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
        }
    }
}
