using Ax2.Credits;
using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>Sign-up, and who is signed in.</summary>
internal static class UsersApi
{
    internal static void MapSignUp(this RouteGroupBuilder api) =>
        api.MapPost("/users", SignUp).WithTags("Users").ProducesProblem(422)
            .WithSummary("Create an account and mail a link; the answer is the same for an address that has one");

    internal static void MapMe(this RouteGroupBuilder api) =>
        api.MapGet("/me", Me).WithTags("Users").WithSummary("The signed-in user and the credits");

    /// <summary>The same answer whether the address is new or known: who has the mailbox, learns which.</summary>
    private static async Task<Results<Accepted, ProblemHttpResult>> SignUp(
        SignUpRequest request, FromDevice from, IClusterClient cluster, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var user = cluster.GetGrain<IUserGrain>(Guid.CreateVersion7(time.GetUtcNow()));
        var answer = await user.Register(
            new RegisterUser(
                request.Email, request.Password, request.DisplayName ?? "", request.Language ?? UserLanguages.English,
                from.Device),
            cancellationToken);
        return answer.Refusal is { } refusal && refusal.Code != UserRefusals.EmailTaken
            ? Problems.From(refusal)
            : TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> Me(SignedIn caller, IClusterClient cluster)
    {
        var profile = await cluster.GetGrain<IUserGrain>(caller.UserId).GetProfile();
        if (profile is null)
        {
            return Problems.From(UserProblems.NotSignedIn, "Sign in first.");
        }

        var balance = await cluster.GetGrain<ICreditAccountGrain>(caller.WorkspaceId).GetBalance();
        return TypedResults.Ok(new MeResponse(
            profile.UserId, profile.Email, profile.DisplayName, caller.WorkspaceId, CreditsResponse.From(balance),
            caller.AccessExpiresAt, profile.IsEmailVerified, profile.DeletionDueAt));
    }
}

/// <param name="Password">8 to 128 characters, and not a common one.</param>
/// <param name="DisplayName">May be left out.</param>
/// <param name="Language">Of the mails: <c>en</c>, which it is when left out, or <c>ko</c>.</param>
internal sealed record SignUpRequest(
    string Email, string Password, string? DisplayName = null, string? Language = null);

internal sealed record UserResponse(Guid UserId, string Email, string DisplayName, Guid WorkspaceId)
{
    internal static UserResponse From(UserProfile profile) =>
        new(profile.UserId, profile.Email, profile.DisplayName, profile.HomeWorkspaceId);
}

/// <param name="AccessExpiresAt">When this request's access token ends: renew before.</param>
/// <param name="DeletionDueAt">When the account will be deleted, if the user asked for it.</param>
internal sealed record MeResponse(
    Guid UserId, string Email, string DisplayName, Guid WorkspaceId, CreditsResponse Credits,
    DateTimeOffset AccessExpiresAt, bool EmailVerified, DateTimeOffset? DeletionDueAt);
