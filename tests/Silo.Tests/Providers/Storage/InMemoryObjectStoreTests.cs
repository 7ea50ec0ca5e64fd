using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Media;

/// <summary>The fake that other tests lean on keeps to the same rules.</summary>
public sealed class InMemoryObjectStoreTests : ObjectStoreConformance
{
    private readonly InMemoryObjectStore _store = new();

    protected override IObjectStore Store => _store;

    protected override Task SendPartAsync(string url, byte[] bytes)
    {
        _store.Send(url, bytes);
        return Task.CompletedTask;
    }
}
