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
        services.AddSingleton<CreditHistory>();
        services.AddSingleton<ICreditHistory>(provider => new GuardedCreditHistory(
            provider.GetRequiredService<CreditHistory>(), provider.GetRequiredService<StorageOutages>()));
        // Orleans logs every fault of a write as an error, a repeated command too; the grain logs those that matter.
        services.AddLogging(logging => logging.AddFilter(typeof(CreditStorage).FullName, LogLevel.Critical));
        return services;
    }
}
