using Ax2.Postgres;
using Ax2.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>A database with every migration applied, one for a test class; its tests keep apart by their ids.</summary>
public sealed class MigratedDatabase : IAsyncDisposable
{
    private readonly Lazy<Task<NpgsqlDataSource>> source;

    public MigratedDatabase(PostgresServer server) => source = new(() => OpenAsync(server));

    /// <summary>With the settings that the silo runs with.</summary>
    public Task<NpgsqlDataSource> SourceAsync() => source.Value;

    public async ValueTask DisposeAsync()
    {
        if (source is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await source.Value).DisposeAsync();
        }
    }

    internal static async Task<string> CreateAsync(PostgresServer server) =>
        await server.CreateDatabaseAsync("migrated", MigrateAsync, TestContext.Current.CancellationToken);

    internal static Migrator MigratorOf(
        NpgsqlDataSource source, PostgresOptions? options = null, ILogger<Migrator>? logger = null) => new(
        source, Options.Create(options ?? new PostgresOptions()), TimeProvider.System,
        logger ?? NullLogger<Migrator>.Instance);

    private static async Task<NpgsqlDataSource> OpenAsync(PostgresServer server) =>
        NpgsqlDataSource.Create(PostgresOptions.ConnectionString(await CreateAsync(server)));

    private static async Task MigrateAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(PostgresOptions.ConnectionString(connectionString));
        await MigratorOf(source).MigrateAsync(cancellationToken);
    }
}
