using Ax2.Admin;
using Ax2.Credits;
using Ax2.Deletion;
using Ax2.Jobs;
using Ax2.Media;
using Ax2.Users;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ax2.Postgres;

public static class PostgresRegistration
{
    /// <summary>
    /// One <see cref="NpgsqlDataSource"/> for everything in the process, Orleans included, and the ports that are kept
    /// in PostgreSQL.
    /// </summary>
    public static IServiceCollection AddPostgres(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptionsWithValidateOnStart<PostgresOptions>()
            .Bind(configuration.GetSection(PostgresOptions.Section));
        services.AddSingleton<IValidateOptions<PostgresOptions>>(new PostgresOptionsValidator(configuration));
        services.AddSingleton(provider => CreateDataSource(configuration, provider));
        services.AddSingleton<Migrator>();
        services.AddSingleton<IJobIndex, JobIndex>();
        services.AddSingleton<IUploadIndex, UploadIndex>();
        services.AddCreditStorage();
        services.AddSingleton<IAuditLog, AuditLog>();
        services.AddSingleton<IDeletionLog, DeletionLog>();
        // Npgsql logs every command at Information.
        services.AddLogging(logging => logging.AddFilter("Npgsql", LogLevel.Warning));
        return services;
    }

    /// <summary>
    /// Brings the database to the form that this build needs. It must be done before the host starts: Orleans reads its
    /// queries once. Throws <see cref="MigrationException"/>.
    /// </summary>
    public static Task MigrateDatabase(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    }

    private static NpgsqlDataSource CreateDataSource(IConfiguration configuration, IServiceProvider provider)
    {
        var configured = configuration.GetConnectionString("Postgres");
        if (string.IsNullOrWhiteSpace(configured))
        {
            throw new RefusedStartException("ConnectionStrings:Postgres is not set.");
        }

        return new NpgsqlDataSourceBuilder(PostgresOptions.ConnectionString(configured))
            .UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>())
            .Build();
    }
}
