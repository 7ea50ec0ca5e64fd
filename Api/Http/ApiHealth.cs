using Ax2.Outages;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Ax2.Http;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: a silo answers it, and the database; else it says
/// which does not, a line for each.
/// </summary>
internal static class ApiHealth
{
    /// <summary>
    /// Longer than a dead silo takes to be voted out: while one is, other silos still answer most calls.
    /// </summary>
    private static readonly TimeSpan SiloTimeout = TimeSpan.FromSeconds(5);

    /// <param name="ask">A call to a grain that only reads.</param>
    internal static void AddApiHealth(this IServiceCollection services, Func<IClusterClient, Task> ask)
    {
        services.AddHealthChecks()
            .Add(new HealthCheckRegistration(
                "silo", provider => new SiloCheck(
                    provider.GetRequiredService<IClusterClient>(), ask, provider.GetRequiredService<TimeProvider>()),
                failureStatus: null, tags: null))
            .AddCheck<DatabaseCheck>("database");
        // It logs every question of every probe; the answer says why.
        services.AddLogging(
            logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
    }

    internal static void MapApiHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
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

    private sealed class SiloCheck(IClusterClient cluster, Func<IClusterClient, Task> ask, TimeProvider time)
        : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await ask(cluster).WaitAsync(SiloTimeout, time, cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                return HealthCheckResult.Unhealthy(StorageFaults.Reason(fault));
            }
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
