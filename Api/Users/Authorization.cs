using Ax2.Admin;
using Ax2.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Ax2.Users;

/// <summary>
/// What an API key must be allowed, on a group of routes. Routes without it are closed to every key.
/// </summary>
/// <param name="Read">The scope for safe methods.</param>
/// <param name="Write">The scope for the others; null when no key may use them.</param>
internal sealed record KeyScopes(string Read, string? Write)
{
    internal string? For(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Read : Write;
}

/// <summary>A session may do what its user may; an API key what its scopes say.</summary>
internal sealed class CredentialRequirement : AuthorizationHandler<CredentialRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(
        AuthorizationHandlerContext context, CredentialRequirement requirement)
    {
        if (context.Resource is HttpContext http && Caller.From(context.User) is { } caller && MayCall(http, caller))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    private static bool MayCall(HttpContext http, Caller caller) =>
        caller.Kind == CredentialKind.Session
        || (http.GetEndpoint()?.Metadata.GetMetadata<KeyScopes>()?.For(http.Request.Method) is { } scope
            && caller.Scopes.Contains(scope));
}

/// <summary>The only code that answers unauthorized requests, whatever their credential.</summary>
internal sealed class AuthorizationProblems : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _inner = new();

    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Challenged)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.From(UserProblems.NotSignedIn, "Sign in first.").ExecuteAsync(context);
        }

        if (!authorizeResult.Forbidden)
        {
            return _inner.HandleAsync(next, context, policy, authorizeResult);
        }

        var isAboutKey = authorizeResult.AuthorizationFailure?.FailedRequirements.OfType<CredentialRequirement>().Any();
        var problem = isAboutKey == true
            ? Problems.From(UserProblems.ScopeMissing, "This API key does not have the scope for this.")
            : Problems.From(AdminRefusals.NotAdmin, "This is for admins only.");
        return problem.ExecuteAsync(context);
    }
}

/// <summary>
/// Changes of sign-in methods need a person who just signed in, not a session that was left open.
/// </summary>
internal static class RecentSignIn
{
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(15);

    internal static RouteGroupBuilder RequireRecentSignIn(this RouteGroupBuilder routes) =>
        routes.AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            return SignedIn.From(context.User) is { } signedIn && now - signedIn.At < Recent
                ? await next(invocation)
                : Problems.From(UserProblems.SignInAgain, "Sign in again to do this.");
        }).ProducesProblem(StatusCodes.Status403Forbidden);
}
