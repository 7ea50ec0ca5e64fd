using Orleans.Storage;

namespace Ax2.Outages;

/// <summary>
/// Grain storage whose outages are <see cref="StorageFaultException"/>s. A state is read while its grain is activated:
/// what fails there is the answer to the calls that wait, and passes no call filter.
/// </summary>
internal sealed class GuardedGrainStorage(IGrainStorage storage, StorageOutages outages) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        outages.Guard(StorageFaults.ReadAsync(async () =>
        {
            await storage.ReadStateAsync(stateName, grainId, grainState);
            return true;
        }));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        outages.Guard(storage.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        outages.Guard(storage.ClearStateAsync(stateName, grainId, grainState));
}
