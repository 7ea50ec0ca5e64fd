using Ax2.Credits;
using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>Sign-up, sign-in, sign-out, and who is signed in.</summary>
internal static class UsersApi
{
    internal static void MapSignUp(this RouteGroupBuilder api) =>
        api.MapPost("/users", SignUp).WithTags("Users").WithSummary("Create an account")
            .ProducesProblem(409).ProducesProblem(422);

    internal static void MapSignIn(this RouteGroupBuilder api) =>
        api.MapPost("/sessions", SignIn).WithTags("Users")
            .WithSummary("Sign in: a bearer token, and the same as an HttpOnly cookie").ProducesProblem(401);

    internal static void MapMe(this RouteGroupBuilder api)
    {
        api.MapGet("/me", Me).WithTags("Users").WithSummary("The signed-in user and the credits");
        api.MapDelete("/sessions/current", SignOut).WithTags("Users").WithSummary("Sign out");
    }

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

    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> SignIn(
        SignInRequest request,
        HttpContext context,
        IClusterClient cluster,
        TimeProvider time,
        IOptions<SessionOptions> options)
    {
        var email = EmailAddress.Normalize(request.Email);
        var owner = email is null
            ? null
            : await cluster.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(email)).GetOwner();
        // An address that nobody has costs the same password check, against a user that is not there.
        var user = cluster.GetGrain<IUserGrain>(owner ?? Guid.CreateVersion7(time.GetUtcNow()));
        if (await user.SignIn(request.Password) is not { } profile)
        {
            return Problems.From(Problems.SignInFailed, "The e-mail address or the password is wrong.");
        }

        var token = SessionToken.Create();
        var expiresAt = time.GetUtcNow() + options.Value.Lifetime;
        var session = cluster.GetGrain<ISessionGrain>(SessionToken.GrainKey(token)!);
        if (!await session.Open(profile.UserId, profile.HomeWorkspaceId, expiresAt))
        {
            throw new InvalidOperationException("A new session token was used before.");
        }

        context.Response.Cookies.Append(SessionHandler.CookieName, token, Cookie(context.Request, expiresAt));
        return TypedResults.Created(
            "/api/v1/me", new SessionResponse(token, expiresAt, UserResponse.From(profile)));
    }

    private static async Task<NoContent> SignOut(HttpContext context, IClusterClient cluster)
    {
        var key = SessionToken.GrainKey(SessionHandler.TokenOf(context.Request)!)!;
        await cluster.GetGrain<ISessionGrain>(key).End();
        context.Response.Cookies.Delete(SessionHandler.CookieName, Cookie(context.Request, null));
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> Me(Caller caller, IClusterClient cluster)
    {
        var profile = await cluster.GetGrain<IUserGrain>(caller.UserId).GetProfile();
        if (profile is null)
        {
            return Problems.From(Problems.NotSignedIn, "Sign in first.");
        }

        var balance = await cluster.GetGrain<ICreditAccountGrain>(caller.WorkspaceId).GetBalance();
        return TypedResults.Ok(new MeResponse(
            profile.UserId, profile.Email, profile.DisplayName, caller.WorkspaceId, CreditsResponse.From(balance)));
    }

    private static CookieOptions Cookie(HttpRequest request, DateTimeOffset? expiresAt) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = "/",
        Expires = expiresAt,
    };
}

/// <param name="Password">10 to 128 characters.</param>
/// <param name="DisplayName">May be left out.</param>
internal sealed record SignUpRequest(string Email, string Password, string? DisplayName = null);

internal sealed record SignInRequest(string Email, string Password);

internal sealed record UserResponse(Guid UserId, string Email, string DisplayName, Guid WorkspaceId)
{
    internal static UserResponse From(UserProfile profile) =>
        new(profile.UserId, profile.Email, profile.DisplayName, profile.HomeWorkspaceId);
}

internal sealed record SessionResponse(string Token, DateTimeOffset ExpiresAt, UserResponse User);

internal sealed record MeResponse(
    Guid UserId, string Email, string DisplayName, Guid WorkspaceId, CreditsResponse Credits);
