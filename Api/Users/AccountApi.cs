using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>
/// What people do with their accounts besides signing in. What is asked by mail is answered the same whether the
/// address is known or not.
/// </summary>
internal static class AccountApi
{
    /// <summary>The routes of mailed links: whoever has the link may use it.</summary>
    internal static void MapMailedLinks(this RouteGroupBuilder api)
    {
        var links = api.MapGroup("").WithTags("Account");
        links.MapPost("/password-resets", AskReset).WithSummary("Mail a link for a new password");
        var ends = links.MapGroup("").ProducesProblem(422);
        ends.MapPost("/password-resets/confirm", Reset).WithSummary("A new password by a mailed link");
        ends.MapPost("/email-verifications/confirm", Verify).WithSummary("Verify the address by a mailed link");
        ends.MapPost("/email-changes/confirm", ConfirmEmail).WithSummary("Change the address by a mailed link");
    }

    internal static void MapAccount(this RouteGroupBuilder api)
    {
        var me = api.MapGroup("/me").WithTags("Account");
        me.MapPost("/email-verification", SendVerification).WithSummary("Mail a new link to verify the address");
        var byPassword = me.MapGroup("").ProducesProblem(403).ProducesProblem(422);
        byPassword.MapPost("/email", ChangeEmail).WithSummary("Mail a link to the new address");
        byPassword.MapPost("/password", ChangePassword).WithSummary("A new password; other devices are signed out");
    }

    private static async Task<Accepted> AskReset(ResetAskRequest request, FromDevice from, IClusterClient cluster)
    {
        await cluster.GetGrain<IPasswordRecoveryGrain>(0).Begin(request.Email, from.Device);
        return TypedResults.Accepted((string?)null);
    }

    private static Task<Results<NoContent, ProblemHttpResult>> Reset(
        ResetRequest request, FromDevice from, IClusterClient cluster, CancellationToken cancellationToken) =>
        Use(request.Token, cluster, (user, secret) => user.ResetPassword(
            secret, request.Password, from.Device, cancellationToken));

    private static Task<Results<NoContent, ProblemHttpResult>> Verify(
        LinkRequest request, FromDevice from, IClusterClient cluster) =>
        Use(request.Token, cluster, (user, secret) => user.VerifyEmail(secret, from.Device));

    private static Task<Results<NoContent, ProblemHttpResult>> ConfirmEmail(
        LinkRequest request, FromDevice from, IClusterClient cluster) =>
        Use(request.Token, cluster, (user, secret) => user.ConfirmEmailChange(secret, from.Device));

    private static async Task<Accepted> SendVerification(SignedIn caller, IClusterClient cluster)
    {
        await cluster.GetGrain<IUserGrain>(caller.UserId).SendVerification();
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> ChangeEmail(
        ChangeEmailRequest request, SignedIn caller, FromDevice from, IClusterClient cluster,
        CancellationToken cancellationToken)
    {
        var user = cluster.GetGrain<IUserGrain>(caller.UserId);
        return await user.ChangeEmail(request.Password, request.Email, from.Device, cancellationToken) is { } refusal
            ? Problems.From(refusal)
            : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePassword(
        ChangePasswordRequest request, SignedIn caller, FromDevice from, IClusterClient cluster,
        CancellationToken cancellationToken) =>
        Done(await cluster.GetGrain<IUserGrain>(caller.UserId).ChangePassword(
            request.Password, request.NewPassword, caller.SessionId, from.Device, cancellationToken));

    private static async Task<Results<NoContent, ProblemHttpResult>> Use(
        string token, IClusterClient cluster, Func<IUserGrain, string, Task<Refusal?>> act) =>
        MailToken.Read(token) is { } link
            ? Done(await act(cluster.GetGrain<IUserGrain>(link.UserId), link.Secret))
            : Problems.From(UserRefusals.LinkInvalid, "This link is not whole. Open it from the mail again.");

    private static Results<NoContent, ProblemHttpResult> Done(Refusal? refusal) =>
        refusal is null ? TypedResults.NoContent() : Problems.From(refusal);
}

internal sealed record ResetAskRequest(string Email);

/// <param name="Token">What follows the # in the mailed link.</param>
internal sealed record LinkRequest(string Token);

/// <param name="Token">What follows the # in the mailed link.</param>
/// <param name="Password">8 to 128 characters, and not a common one.</param>
internal sealed record ResetRequest(string Token, string Password);

/// <param name="Password">The present one.</param>
internal sealed record ChangeEmailRequest(string Password, string Email);

/// <param name="Password">The present one.</param>
/// <param name="NewPassword">8 to 128 characters, and not a common one.</param>
internal sealed record ChangePasswordRequest(string Password, string NewPassword);
