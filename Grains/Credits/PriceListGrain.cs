using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Ax2.Credits;

[StatelessWorker]
public sealed class PriceListGrain(IOptions<PriceListOptions> prices, TimeProvider time) : Grain, IPriceListGrain
{
    public Task<PriceListView> Get() => Task.FromResult(PriceList.Describe(prices.Value, time.GetUtcNow()));
}
