using Ax2.TestKit.Credits;

namespace Ax2.Credits;

public sealed class InMemoryCreditStoreTests : CreditStoreConformance
{
    private readonly InMemoryCreditStore store = new();

    protected override Task<ICreditStore> StoreAsync() => Task.FromResult<ICreditStore>(store);
}
