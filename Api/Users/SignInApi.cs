using Ax2.Http;
using Ax2.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>
/// Sign-in, renewal and sign-out. A program gets its tokens in the answer; a browser asks for cookies and gets none in
/// the answer, so no script ever holds one.
/// </summary>
internal static class SignInApi
{
    internal static void MapSignIn(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sign-in").ProducesProblem(401);
        sessions.MapPost("", SignIn).WithSummary("Sign in by e-mail address and password");
        sessions.MapPost("/code", EnterCode).ProducesProblem(429)
            .WithSummary("The second step of a sign-in that answered mfa_required");
        // Nothing to guess here, and everybody behind an address does it every few minutes.
        sessions.MapPost("/refresh", Refresh).LimitAs(RateClass.Write)
            .WithSummary("New tokens for the refresh token, which is used up by it");
    }

    internal static void MapSignOut(this RouteGroupBuilder api) =>
        api.MapDelete("/sessions/current", SignOut).WithTags("Sign-in").WithSummary("Sign out");

    internal static void MapTokenKeys(this WebApplication app) =>
        app.MapGet("/.well-known/jwks.json", Keys).WithTags("Sign-in")
            .WithSummary("The public keys that access tokens are signed with");

    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> SignIn(
        SignInRequest request, HttpContext context, FromDevice from, IClusterClient cluster, Credentials credentials)
    {
        var answer = await cluster.GetGrain<ISignInGrain>(0).WithPassword(
            request.Email, request.Password, from.Keeping(context, request.UseCookies), context.RequestAborted);
        return await Answer(context, answer, request.UseCookies, from, cluster, credentials);
    }

    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> EnterCode(
        SignInCodeRequest request, HttpContext context, FromDevice from, IClusterClient cluster,
        Credentials credentials)
    {
        var challenge = request.Challenge ?? SessionCookies.Challenge(context.Request) ?? "";
        var useCookies = request.Challenge is null;
        var answer = await cluster.GetGrain<ISignInGrain>(0).WithCode(
            challenge, request.Code, from.Keeping(context, useCookies));
        return await Answer(context, answer, useCookies, from, cluster, credentials);
    }

    /// <summary>What came of a sign-in, the same for both steps.</summary>
    private static async Task<Results<Created<SessionResponse>, ProblemHttpResult>> Answer(
        HttpContext context, SignInAnswer answer, bool useCookies, FromDevice from, IClusterClient cluster,
        Credentials credentials)
    {
        if (answer.Challenge is { } challenge)
        {
            if (useCookies)
            {
                SessionCookies.SetChallenge(context, challenge);
            }

            return UserProblems.MfaRequired(useCookies ? null : challenge);
        }

        if (answer.Tokens is not { } tokens)
        {
            RetryAfter.Set(context, answer.Refusal!);
            return Problems.From(answer.Refusal!);
        }

        if (useCookies)
        {
            // Who signs in again in a browser leaves no second session behind; what the old one was, it proved itself.
            if (SignedIn.From(context.User) is { } old)
            {
                await End(old, from.Device, cluster, credentials);
            }

            SessionCookies.Set(context, tokens);
        }

        if (answer.DeviceToken is { } device)
        {
            SessionCookies.SetDevice(context, device);
        }

        return TypedResults.Created("/api/v1/me", SessionResponse.From(tokens, answer.Profile!, useCookies));
    }

    private static async Task<Results<Ok<TokensResponse>, ProblemHttpResult>> Refresh(
        RefreshRequest? request, HttpContext context, FromDevice from, IClusterClient cluster)
    {
        var useCookies = request?.RefreshToken is null;
        var token = RefreshToken.Read(request?.RefreshToken ?? SessionCookies.Refresh(context.Request));
        var tokens = token is null
            ? null
            : await cluster.GetGrain<ISessionGrain>(token.SessionId).Refresh(token.Secret, from.Device);
        if (tokens is null)
        {
            return Problems.From(UserProblems.NotSignedIn, "The session is over. Sign in again.");
        }

        if (useCookies)
        {
            SessionCookies.Set(context, tokens);
        }

        return TypedResults.Ok(TokensResponse.From(tokens, useCookies));
    }

    private static async Task<NoContent> SignOut(
        HttpContext context, SignedIn caller, FromDevice from, IClusterClient cluster, Credentials credentials)
    {
        await End(caller, from.Device, cluster, credentials);
        SessionCookies.Clear(context);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<JwksResponse>> Keys(HttpContext context, TokenKeys keys)
    {
        var rules = await keys.GetRules(context.RequestAborted);
        context.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Ok(new JwksResponse([.. rules.Keys.Select(JwkResponse.From)]));
    }

    private static async Task End(SignedIn session, Device device, IClusterClient cluster, Credentials credentials)
    {
        await cluster.GetGrain<IUserSessionsGrain>(session.UserId).End(session.SessionId, device);
        credentials.RemoveSession(session.SessionId);
    }
}

/// <param name="UseCookies">
/// For browsers: the tokens come in cookies that no script reads, and not in the answer.
/// </param>
internal sealed record SignInRequest(string Email, string Password, bool UseCookies = false);

/// <param name="Challenge">Of the first step. May be left out by a browser, which has it in a cookie.</param>
/// <param name="Code">Six digits of the authenticator app, or a recovery code.</param>
internal sealed record SignInCodeRequest(string Code, string? Challenge = null);

/// <param name="RefreshToken">May be left out by a browser, which has it in a cookie.</param>
internal sealed record RefreshRequest(string? RefreshToken = null);

/// <param name="AccessToken">Null when the tokens went into cookies.</param>
internal sealed record SessionResponse(
    string? AccessToken, DateTimeOffset ExpiresAt, string? RefreshToken, DateTimeOffset RefreshExpiresAt,
    UserResponse User)
{
    internal static SessionResponse From(SessionTokens tokens, UserProfile user, bool useCookies) => new(
        useCookies ? null : tokens.AccessToken, tokens.AccessExpiresAt,
        useCookies ? null : tokens.RefreshToken, tokens.RefreshExpiresAt, UserResponse.From(user));
}

/// <param name="AccessToken">Null when the tokens went into cookies.</param>
internal sealed record TokensResponse(
    string? AccessToken, DateTimeOffset ExpiresAt, string? RefreshToken, DateTimeOffset RefreshExpiresAt)
{
    internal static TokensResponse From(SessionTokens tokens, bool useCookies) => new(
        useCookies ? null : tokens.AccessToken, tokens.AccessExpiresAt,
        useCookies ? null : tokens.RefreshToken, tokens.RefreshExpiresAt);
}

internal sealed record JwksResponse(IReadOnlyList<JwkResponse> Keys);

/// <summary>RFC 7517, 7518.</summary>
internal sealed record JwkResponse(string Kty, string Crv, string Kid, string X, string Y, string Alg, string Use)
{
    internal const string KeyType = "EC";
    internal const string Curve = "P-256";

    internal static JwkResponse From(PublicKey key) =>
        new(KeyType, Curve, key.Id, key.X, key.Y, AccessTokenNames.Algorithm, "sig");
}
