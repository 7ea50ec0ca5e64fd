using System.Net;
using Ax2.Users;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.TestingHost;
using Xunit;

namespace Ax2.Jobs.Chunks;

public sealed class WorkPlacementTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster;

    public WorkPlacementTests()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton<IAttributeToFactoryMapper<StoredStateAttribute>, StoredStateMapper>();
        });
        _cluster = builder.Build();
    }

    [Fact]
    public async Task On_ManyNewGrains_EachLivesWhereTheHintSays()
    {
        var silos = _cluster.Silos.Select(silo => silo.SiloAddress).ToArray();

        for (var i = 0; i < 24; i++)
        {
            Assert.Equal(silos[i % 2], await PlaceOn(silos[i % 2]));
        }
    }

    [Fact]
    public async Task On_SiloThatIsGone_GrainLivesElsewhere()
    {
        var gone = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);

        Assert.Contains(await PlaceOn(gone), _cluster.Silos.Select(silo => silo.SiloAddress));
    }

    [Fact]
    public void Dispose_HintIsTakenBack()
    {
        var outer = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
        var inner = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 2), 1);
        using (WorkPlacement.On(outer))
        {
            using (WorkPlacement.On(inner))
            {
                Assert.Equal(inner, RequestContext.Get(IPlacementDirector.PlacementHintKey));
            }

            Assert.Equal(outer, RequestContext.Get(IPlacementDirector.PlacementHintKey));
        }

        Assert.Null(RequestContext.Get(IPlacementDirector.PlacementHintKey));
    }

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    /// <summary>Where a new grain came to life that was first called under the hint.</summary>
    private async Task<SiloAddress?> PlaceOn(SiloAddress silo)
    {
        var grain = _cluster.Client.GetGrain<IEmailAddressGrain>($"email-{Guid.CreateVersion7():N}");
        using (WorkPlacement.On(silo))
        {
            await grain.GetOwner();
        }

        return await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
    }
}
