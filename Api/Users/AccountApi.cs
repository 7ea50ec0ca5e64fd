using System.Text.Json;
using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

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
        me.MapDelete("/deletion", Keep).ProducesProblem(404).WithSummary("Keep the account that was to be deleted");
        me.MapGroup("").RequireRecentSignIn().MapGet("/export", Export)
            .WithSummary("Everything that the service holds on you, as JSON").Produces<ExportResponse>();
        var byPassword = me.MapGroup("").ProducesProblem(403).ProducesProblem(422);
        byPassword.MapPost("/email", ChangeEmail).WithSummary("Mail a link to the new address");
        byPassword.MapPost("/password", ChangePassword).WithSummary("A new password; other devices are signed out");
        byPassword.MapPost("/deletion", Delete).WithSummary("Delete the account after a time of grace");
    }

    private static async Task<Accepted> AskReset(ResetAskRequest request, FromDevice from, IClusterClient cluster)
    {
        await cluster.GetGrain<IPasswordRecoveryGrain>(0).Begin(request.Email, from.Device);
        return TypedResults.Accepted((string?)null);
    }

    private static Task<Results<NoContent, ProblemHttpResult>> Reset(
        ResetRequest request, FromDevice from, IClusterClient cluster) =>
        Use(request.Token, cluster, (user, secret) => user.ResetPassword(secret, request.Password, from.Device));

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
        ChangeEmailRequest request, SignedIn caller, FromDevice from, IClusterClient cluster)
    {
        var user = cluster.GetGrain<IUserGrain>(caller.UserId);
        return await user.ChangeEmail(request.Password, request.Email, from.Device) is { } refusal
            ? Problems.From(refusal)
            : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePassword(
        ChangePasswordRequest request, SignedIn caller, FromDevice from, IClusterClient cluster) =>
        Done(await cluster.GetGrain<IUserGrain>(caller.UserId).ChangePassword(
            request.Password, request.NewPassword, caller.SessionId, from.Device));

    private static async Task<Results<Accepted<DeletionResponse>, ProblemHttpResult>> Delete(
        PasswordRequest request, HttpContext context, SignedIn caller, FromDevice from, IClusterClient cluster,
        Credentials credentials)
    {
        var answer = await cluster.GetGrain<IAccountDeletionGrain>(caller.UserId).Request(
            request.Password, from.Device);
        if (answer.DueAt is not { } dueAt)
        {
            return Problems.From(answer.Refusal!);
        }

        credentials.RemoveSession(caller.SessionId);
        SessionCookies.Clear(context);
        return TypedResults.Accepted((string?)null, new DeletionResponse(dueAt));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Keep(
        SignedIn caller, FromDevice from, IClusterClient cluster) =>
        await cluster.GetGrain<IAccountDeletionGrain>(caller.UserId).Cancel(from.Device)
            ? TypedResults.NoContent()
            : Problems.From(Problems.NotFound, "This account is not to be deleted.");

    /// <summary>Written as it is read: no process holds all of it.</summary>
    private static async Task Export(
        HttpContext context, SignedIn caller, FromDevice from, IClusterClient cluster, TimeProvider time)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.ContentDisposition =
            new ContentDispositionHeaderValue("attachment") { FileName = "ax2-caption-export.json" }.ToString();
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("exportedAt", time.GetUtcNow());
        json.WriteStartArray("records");
        await foreach (var record in cluster.GetGrain<IPersonalDataGrain>(caller.UserId).Export(from.Device)
            .WithCancellation(context.RequestAborted))
        {
            json.WriteStartObject();
            json.WriteString("kind", record.Kind);
            json.WritePropertyName("data");
            json.WriteRawValue(record.Json);
            json.WriteEndObject();
            await json.FlushAsync(context.RequestAborted);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

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
internal sealed record PasswordRequest(string Password);

/// <param name="Password">The present one.</param>
internal sealed record ChangeEmailRequest(string Password, string Email);

/// <param name="Password">The present one.</param>
/// <param name="NewPassword">8 to 128 characters, and not a common one.</param>
internal sealed record ChangePasswordRequest(string Password, string NewPassword);

/// <param name="DueAt">Until then the account can be kept: sign in and say so.</param>
internal sealed record DeletionResponse(DateTimeOffset DueAt);

/// <param name="Records">Each with its kind: profile, session, job, credit_entry and so on.</param>
internal sealed record ExportResponse(DateTimeOffset ExportedAt, IReadOnlyList<ExportRecord> Records);

internal sealed record ExportRecord(string Kind, JsonElement Data);
