using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Credits;

internal static class CreditsApi
{
    internal static void MapCredits(this RouteGroupBuilder api) =>
        api.MapGet("/credits", Get).WithTags("Credits").WithSummary("The workspace's credits");

    private static async Task<Ok<CreditsResponse>> Get(Caller caller, IClusterClient cluster) =>
        TypedResults.Ok(CreditsResponse.From(
            await cluster.GetGrain<ICreditAccountGrain>(caller.WorkspaceId).GetBalance()));
}

/// <param name="Posted">All credits, held ones included.</param>
/// <param name="Held">Kept for jobs that run.</param>
/// <param name="Available">What a new job may use.</param>
internal sealed record CreditsResponse(long Posted, long Held, long Available)
{
    internal static CreditsResponse From(CreditBalance balance) =>
        new(balance.PostedCredits, balance.HeldCredits, balance.AvailableCredits);
}

internal sealed record QuoteResponse(int PriceListVersion, long TotalCredits, IReadOnlyList<QuoteLineResponse> Lines)
{
    internal static QuoteResponse From(Quote quote) => new(
        quote.PriceListVersion,
        quote.TotalCredits,
        [.. quote.Lines.Select(l => new QuoteLineResponse(l.Item, l.Quantity, l.Unit, l.Credits))]);
}

internal sealed record QuoteLineResponse(string Item, long Quantity, string Unit, long Credits);
