using Orleans.Storage;

namespace Ax2.Credits;

internal static class CreditRegistration
{
    internal static IServiceCollection AddCreditStorage(this IServiceCollection services)
    {
        services.AddKeyedSingleton<IGrainStorage, CreditStorage>(CreditAccountState.Storage);
        services.AddSingleton<ICreditHistory, CreditHistory>();
        // Orleans logs every fault of a write as an error, a repeated command too; the grain logs those that matter.
        services.AddLogging(logging => logging.AddFilter(typeof(CreditStorage).FullName, LogLevel.Critical));
        return services;
    }
}
