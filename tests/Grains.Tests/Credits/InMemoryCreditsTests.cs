using Ax2.TestKit.Credits;
using Orleans.Storage;

namespace Ax2.Credits;

public sealed class InMemoryCreditsTests : CreditStorageConformance
{
    private readonly InMemoryCredits _credits = new();

    protected override Task<(IGrainStorage Storage, ICreditHistory History)> OpenAsync() =>
        Task.FromResult<(IGrainStorage, ICreditHistory)>((_credits, _credits));
}
