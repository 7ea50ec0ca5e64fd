using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Credits;

/// <summary>The price list, for everybody.</summary>
internal static class PricesApi
{
    internal static void MapPrices(this RouteGroupBuilder api) =>
        api.MapGet("/prices", Get).WithTags("Credits").WithSummary("What work costs, and how it is rounded");

    private static async Task<Ok<PriceListResponse>> Get(IClusterClient cluster) =>
        TypedResults.Ok(PriceListResponse.From(await cluster.GetGrain<IPriceListGrain>(0).Get()));
}
