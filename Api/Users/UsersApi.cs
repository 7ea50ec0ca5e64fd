using Ax2.Credits;
using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>Sign-up, and who is signed in.</summary>
internal static class UsersApi
{
    internal static void MapSignUp(this RouteGroupBuilder api) =>
        api.MapPost("/users", SignUp).WithTags("Users").WithSummary("Create an account")
            .ProducesProblem(409).ProducesProblem(422);

    internal static void MapMe(this RouteGroupBuilder api) =>
        api.MapGet("/me", Me).WithTags("Users").WithSummary("The signed-in user and the credits");

    private static async Task<Results<Created<UserResponse>, ProblemHttpResult>> SignUp(
        SignUpRequest request, IClusterClient cluster, TimeProvider time)
    {
        var user = cluster.GetGrain<IUserGrain>(Guid.CreateVersion7(time.GetUtcNow()));
        var answer = await user.Register(
            new RegisterUser(request.Email, request.Password, request.DisplayName ?? ""));
        return answer.Profile is { } profile
            ? TypedResults.Created("/api/v1/me", UserResponse.From(profile))
            : Problems.From(answer.Refusal!);
    }

    private static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> Me(SignedIn caller, IClusterClient cluster)
    {
        var profile = await cluster.GetGrain<IUserGrain>(caller.UserId).GetProfile();
        if (profile is null)
        {
            return Problems.From(Problems.NotSignedIn, "Sign in first.");
        }

        var balance = await cluster.GetGrain<ICreditAccountGrain>(caller.WorkspaceId).GetBalance();
        return TypedResults.Ok(new MeResponse(
            profile.UserId, profile.Email, profile.DisplayName, caller.WorkspaceId, CreditsResponse.From(balance),
            caller.AccessExpiresAt));
    }
}

/// <param name="Password">10 to 128 characters.</param>
/// <param name="DisplayName">May be left out.</param>
internal sealed record SignUpRequest(string Email, string Password, string? DisplayName = null);

internal sealed record UserResponse(Guid UserId, string Email, string DisplayName, Guid WorkspaceId)
{
    internal static UserResponse From(UserProfile profile) =>
        new(profile.UserId, profile.Email, profile.DisplayName, profile.HomeWorkspaceId);
}

/// <param name="AccessExpiresAt">When this request's access token ends: renew before.</param>
internal sealed record MeResponse(
    Guid UserId, string Email, string DisplayName, Guid WorkspaceId, CreditsResponse Credits,
    DateTimeOffset AccessExpiresAt);
