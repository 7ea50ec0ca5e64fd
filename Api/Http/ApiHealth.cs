using Ax2.Captions;
using Ax2.Limits;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ax2.Http;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: a silo answers it.
/// </summary>
internal static class ApiHealth
{
    internal static void AddApiHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<SiloCheck>("silo", timeout: TimeSpan.FromSeconds(5));

    internal static void MapApiHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).WithoutLimits();
        app.MapHealthChecks("/health/ready").WithoutLimits();
    }

    private sealed class SiloCheck(IClusterClient cluster) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await cluster.GetGrain<ISpeechCatalogGrain>(0).GetLanguages().WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }
}
