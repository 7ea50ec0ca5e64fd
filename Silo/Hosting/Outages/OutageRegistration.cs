using Orleans.Serialization;

namespace Ax2.Outages;

internal static class OutageRegistration
{
    /// <summary>Faults cross the wire as themselves: those of stores as one type, others by name and message.</summary>
    internal static void AddStorageOutages(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<StorageOutages>();
        silo.AddIncomingGrainCallFilter<StorageFaultFilter>();
        // Orleans logs every fault of a store with its stack, a credit command that is known already too. The callers
        // get the fault and log those that matter.
        silo.Services.AddLogging(
            logging => logging.AddFilter(typeof(GuardedGrainStorage).FullName, LogLevel.Critical));
        // Else a type that the serializer does not know replaces the fault by one of its own, and hides the cause.
        silo.Services.Configure<ExceptionSerializationOptions>(o => o.SupportedExceptionTypeFilter = _ => true);
    }
}
