using Ax2.Outages;
using Orleans.Storage;

namespace Ax2.Credits;

internal static class CreditRegistration
{
    internal static IServiceCollection AddCreditStorage(this IServiceCollection services)
    {
        services.AddSingleton<CreditStorage>();
        services.AddKeyedSingleton<IGrainStorage>(
            CreditAccountState.Storage, (provider, _) => new GuardedGrainStorage(
                provider.GetRequiredService<CreditStorage>(), provider.GetRequiredService<StorageOutages>()));
        services.AddSingleton<ICreditHistory, CreditHistory>();
        services.AddHostedService<DueSweep>();
        return services;
    }
}
