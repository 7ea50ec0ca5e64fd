using Ax2.Credits.Sweep;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ax2.Credits;

internal static class CreditServices
{
    internal static void AddCredits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<PriceListOptions, PriceListOptionsRules>()
            .Bind(configuration.GetSection(PriceListOptions.Section));
        services.AddOptionsWithValidateOnStart<CreditsOptions, CreditsOptionsValidator>()
            .Bind(configuration.GetSection(CreditsOptions.Section));
        services.AddHostedService<DueSweepSchedule>();
    }
}
