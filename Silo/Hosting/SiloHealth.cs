using Ax2.Outages;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Orleans.Runtime;

namespace Ax2.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers; it asks nothing else, so that a database outage restarts no silo.
/// <c>/health/ready</c>: the silo is active in the cluster and the database answers; else it says which is not, a line
/// for each.
/// </summary>
internal static class SiloHealth
{
    private const string Ready = "ready";

    internal static void AddSiloHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<ClusterCheck>("cluster", tags: [Ready])
            .AddCheck<DatabaseCheck>("database", tags: [Ready]);
        // It logs every question of every probe; the answer says why.
        services.AddLogging(
            logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
    }

    internal static void MapSiloHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = Write,
        });
    }

    /// <summary>The status, then each part that is away and why.</summary>
    private static Task Write(HttpContext context, HealthReport report)
    {
        var away = report.Entries.Where(part => part.Value.Status != HealthStatus.Healthy)
            .Select(part => $"{part.Key}: {part.Value.Description}");
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(string.Join('\n', away.Prepend($"{report.Status}")));
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
                : HealthCheckResult.Unhealthy($"the silo is {status}"));
        }
    }

    private sealed class DatabaseCheck(NpgsqlDataSource database, TimeProvider time) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await DatabaseProbe.FindFaultAsync(database, time, cancellationToken) is { } fault
                ? HealthCheckResult.Unhealthy(fault)
                : HealthCheckResult.Healthy();
    }
}
