using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ax2.Http;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: a silo answers it.
/// </summary>
internal static class ApiHealth
{
    /// <param name="ask">A call to a grain that only reads.</param>
    internal static void AddApiHealth(this IServiceCollection services, Func<IClusterClient, Task> ask) =>
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "silo", provider => new SiloCheck(provider.GetRequiredService<IClusterClient>(), ask),
            failureStatus: null, tags: null, timeout: TimeSpan.FromSeconds(5)));

    internal static void MapApiHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks("/health/ready");
    }

    private sealed class SiloCheck(IClusterClient cluster, Func<IClusterClient, Task> ask) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await ask(cluster).WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
