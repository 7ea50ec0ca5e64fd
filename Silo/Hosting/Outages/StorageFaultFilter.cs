using Orleans.Serialization.Invocation;

namespace Ax2.Outages;

/// <summary>
/// Whatever store a grain used, its outage leaves the grain as <see cref="StorageFaultException"/>. Other exceptions
/// pass: <see cref="Orleans.Storage.InconsistentStateException"/> ends the activation because Orleans sees it.
/// </summary>
internal sealed class StorageFaultFilter(StorageOutages outages) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await outages.Guard(context.Invoke());
        // An enumeration answers its fault as a value.
        if (context.Response is Response<(EnumerationResult Status, object Value)>
            {
                TypedResult: (EnumerationResult.Error, Exception fault)
            } streamed)
        {
            streamed.TypedResult = (EnumerationResult.Error, outages.Translate(fault));
        }
    }
}
