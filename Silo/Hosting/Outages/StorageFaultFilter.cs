namespace Ax2.Outages;

/// <summary>
/// Whatever store a grain used, its outage leaves the grain as <see cref="StorageFaultException"/>. Other exceptions
/// pass: <see cref="Orleans.Storage.InconsistentStateException"/> ends the activation because Orleans sees it.
/// </summary>
internal sealed class StorageFaultFilter(StorageOutages outages) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) => outages.Guard(context.Invoke());
}
