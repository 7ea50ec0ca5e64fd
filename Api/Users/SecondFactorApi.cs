using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>The user's second factor: an authenticator app, and recovery codes.</summary>
internal static class SecondFactorApi
{
    internal static void MapSecondFactor(this RouteGroupBuilder api)
    {
        var factor = api.MapGroup("/second-factor").WithTags("Sign-in");
        factor.MapGet("", Get).WithSummary("Whether it is on, and how many recovery codes are left");
        var changes = factor.MapGroup("").RequireRecentSignIn().ProducesProblem(401).ProducesProblem(409);
        changes.MapPost("", Begin).WithSummary("A new secret for the authenticator app");
        changes.MapPost("/confirm", Confirm).WithSummary("Turn it on by the app's first code; answers recovery codes");
        changes.MapPost("/recovery-codes", Renew).WithSummary("New recovery codes; the old ones are void");
        changes.MapPost("/off", TurnOff).WithSummary("Turn it off by a code");
    }

    private static async Task<Ok<SecondFactorResponse>> Get(SignedIn caller, IClusterClient cluster)
    {
        var status = await Factor(cluster, caller).GetStatus();
        return TypedResults.Ok(new SecondFactorResponse(status.IsOn, status.RecoveryCodesLeft));
    }

    private static async Task<Results<Ok<SecondFactorSetupResponse>, ProblemHttpResult>> Begin(
        SignedIn caller, IClusterClient cluster)
    {
        var profile = await cluster.GetGrain<IUserGrain>(caller.UserId).GetProfile();
        return await Factor(cluster, caller).Begin(profile?.Email ?? "") is { } setup
            ? TypedResults.Ok(new SecondFactorSetupResponse(setup.Secret, setup.Uri))
            : Problems.From(UserProblems.SecondFactorOn, "The second factor is on: turn it off first.");
    }

    private static async Task<Results<Ok<RecoveryCodesResponse>, ProblemHttpResult>> Confirm(
        CodeRequest request, SignedIn caller, FromDevice from, IClusterClient cluster) =>
        Codes(await Factor(cluster, caller).Confirm(request.Code, from.Device));

    private static async Task<Results<Ok<RecoveryCodesResponse>, ProblemHttpResult>> Renew(
        CodeRequest request, SignedIn caller, FromDevice from, IClusterClient cluster) =>
        Codes(await Factor(cluster, caller).RenewRecoveryCodes(request.Code, from.Device));

    private static async Task<Results<NoContent, ProblemHttpResult>> TurnOff(
        CodeRequest request, SignedIn caller, FromDevice from, IClusterClient cluster) =>
        await Factor(cluster, caller).TurnOff(request.Code, from.Device) is { } refusal
            ? Problems.From(refusal)
            : TypedResults.NoContent();

    private static Results<Ok<RecoveryCodesResponse>, ProblemHttpResult> Codes(RecoveryCodesAnswer answer) =>
        answer.Codes is { } codes
            ? TypedResults.Ok(new RecoveryCodesResponse(codes))
            : Problems.From(answer.Refusal!);

    private static ISecondFactorGrain Factor(IClusterClient cluster, SignedIn caller) =>
        cluster.GetGrain<ISecondFactorGrain>(caller.UserId);
}

/// <param name="Code">Six digits of the app, or a recovery code.</param>
internal sealed record CodeRequest(string Code);

internal sealed record SecondFactorResponse(bool IsOn, int RecoveryCodesLeft);

/// <param name="Secret">Base32, for typing in.</param>
/// <param name="Uri">The same as an <c>otpauth:</c> link.</param>
internal sealed record SecondFactorSetupResponse(string Secret, string Uri);

/// <param name="Codes">Each is good once. They are shown this once.</param>
internal sealed record RecoveryCodesResponse(IReadOnlyList<string> Codes);
