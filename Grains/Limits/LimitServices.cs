using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Limits;

internal static class LimitServices
{
    internal static void AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<LimitOptions, LimitOptionsValidator>()
            .Bind(configuration.GetSection(LimitOptions.Section));
    }
}
