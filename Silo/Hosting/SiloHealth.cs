using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Orleans.Runtime;

namespace Ax2.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers; it asks nothing else, so that a database outage restarts no silo.
/// <c>/health/ready</c>: the silo is active in the cluster and the database answers.
/// </summary>
internal static class SiloHealth
{
    private const string Ready = "ready";

    internal static void AddSiloHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<ClusterCheck>("cluster", tags: [Ready])
        .AddCheck<DatabaseCheck>("database", tags: [Ready], timeout: TimeSpan.FromSeconds(5));

    internal static void MapSiloHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
    }

    private sealed class ClusterCheck(IServiceProvider services) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var self = services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
            var membership = services.GetRequiredService<IClusterMembershipService>().CurrentSnapshot;
            var status = membership.GetSiloStatus(self);
            return Task.FromResult(status == SiloStatus.Active
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"The silo is {status}."));
        }
    }

    private sealed class DatabaseCheck(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await using var command = database.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
