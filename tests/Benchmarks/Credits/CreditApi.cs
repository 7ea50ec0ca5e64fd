using Ax2.Credits;
using Ax2.Http;
using Ax2.Limits;
using Ax2.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ax2.Benchmarks.Credits;

/// <summary>
/// The API's own pipeline, cluster client, sign-in and problems, with two routes that the product does not have: over
/// HTTP, only jobs reserve and settle, and a job would measure the speech engine.
/// </summary>
internal static class CreditApi
{
    /// <summary>Of this program: be an API until killed, by the settings in the environment.</summary>
    internal const string Command = "credit-api";

    internal static async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = "Production",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseClusterClient();
        builder.UseTrafficLimits();
        builder.Services.AddProblems();
        builder.Services.AddApiJson();
        builder.Services.AddCredentials();
        await using var app = builder.Build();
        app.UseSafeHeaders();
        app.UseProblems();
        app.UseAuthentication();
        app.UseCrossSiteGuard();
        app.UseAuthorization();
        var holds = app.MapGroup("/api/v1/bench/holds").RequireAuthorization();
        holds.MapPost("/{hold:guid}", Reserve);
        holds.MapPost("/{hold:guid}/settle", Settle);
        await app.RunAsync();
    }

    internal static string ReservePath(Guid hold) => $"/api/v1/bench/holds/{hold}?credits=2";

    internal static string SettlePath(Guid hold) => $"/api/v1/bench/holds/{hold}/settle?credits=1";

    private static async Task<IResult> Reserve(Guid hold, long credits, Caller caller, IClusterClient cluster) =>
        Result(await Account(caller, cluster).Reserve(new ReserveCredits($"{hold}/reserve", hold, credits)));

    private static async Task<IResult> Settle(Guid hold, long credits, Caller caller, IClusterClient cluster) =>
        Result(await Account(caller, cluster).Settle(new SettleHold($"{hold}/settle", hold, credits)));

    private static ICreditAccountGrain Account(Caller caller, IClusterClient cluster) =>
        cluster.GetGrain<ICreditAccountGrain>(caller.WorkspaceId);

    private static IResult Result(CreditAnswer answer) => answer.Refusal is { } refusal
        ? Problems.From(refusal)
        : TypedResults.Ok(CreditsResponse.From(answer.Balance));
}
