using Ax2.Http;
using Ax2.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>
/// Sign-in at another provider: the browser goes there and comes back. Its own routes answer with redirects, and say
/// how it ended in the fragment, which no server and no log ever sees.
/// </summary>
internal static class ExternalSignInApi
{
    private const string BindingCookie = "ax2_oidc";
    private static readonly TimeSpan BindingLife = TimeSpan.FromMinutes(10);

    internal static void MapExternalSignIn(this RouteGroupBuilder api)
    {
        var external = api.MapGroup("/sign-in").WithTags("Sign-in");
        external.MapGet("", Providers).LimitAs(RateClass.Read).WithSummary("The providers that one can sign in at");
        external.MapGet("/{provider}", Begin).WithSummary("Go to the provider").ProducesProblem(404);
        external.MapGet("/{provider}/callback", Complete).WithSummary("Where the provider sends the browser back to");
    }

    internal static void MapExternalLinks(this RouteGroupBuilder api) =>
        api.MapGroup("/me/providers").WithTags("Sign-in").RequireRecentSignIn()
            .MapPost("/{provider}", Link).WithSummary("Add a provider to your account: answers where to go")
            .ProducesProblem(404);

    private static async Task<Ok<ProvidersResponse>> Providers(IClusterClient cluster)
    {
        var providers = await cluster.GetGrain<IExternalSignInGrain>(0).GetProviders();
        return TypedResults.Ok(new ProvidersResponse(
            [.. providers.Select(provider => new ProviderResponse(provider.Name, provider.Title))]));
    }

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> Begin(
        string provider, HttpContext context, IClusterClient cluster, TimeProvider time) =>
        await Start(provider, null, context, cluster, time) is { } start
            ? TypedResults.Redirect(start.Url ?? HomeWith(ExternalRefusals.Failed))
            : NoProvider();

    private static async Task<Results<Ok<ExternalLinkResponse>, ProblemHttpResult>> Link(
        string provider, SignedIn caller, HttpContext context, IClusterClient cluster, TimeProvider time) =>
        await Start(provider, caller.SessionId, context, cluster, time) switch
        {
            null => NoProvider(),
            { Url: { } url } => TypedResults.Ok(new ExternalLinkResponse(url)),
            _ => Problems.From(ExternalRefusals.Failed, "The provider does not answer. Try again later."),
        };

    /// <summary>
    /// The browser is marked, so that only it can come back. Lax: the way back begins at the provider.
    /// </summary>
    private static async Task<ExternalStart?> Start(
        string provider, Guid? linkTo, HttpContext context, IClusterClient cluster, TimeProvider time)
    {
        var start = await cluster.GetGrain<IExternalSignInGrain>(0).Begin(provider, linkTo);
        if (start?.Url is not null)
        {
            var cookie = SessionCookies.Options(context.Request, SameSiteMode.Lax);
            cookie.Expires = time.GetUtcNow() + BindingLife;
            context.Response.Cookies.Append(SessionCookies.Name(context.Request, BindingCookie), start.Binding, cookie);
        }

        return start;
    }

    private static async Task<RedirectHttpResult> Complete(
        string provider, HttpContext context, FromDevice from, IClusterClient cluster,
        string? state = null, string? code = null, string? iss = null)
    {
        var name = SessionCookies.Name(context.Request, BindingCookie);
        var back = new ExternalReturn(provider, state ?? "", context.Request.Cookies[name] ?? "", code, iss);
        context.Response.Cookies.Delete(name, SessionCookies.Options(context.Request, SameSiteMode.Lax));
        var answer = await cluster.GetGrain<IExternalSignInGrain>(0)
            .Complete(back, from.Keeping(context, cookies: true));
        context.Response.Headers.CacheControl = "no-store";
        if (answer.Tokens is { } tokens)
        {
            SessionCookies.Set(context, tokens);
            if (answer.DeviceToken is { } device)
            {
                SessionCookies.SetDevice(context, device);
            }

            return TypedResults.Redirect("/");
        }

        if (answer.Challenge is { } challenge)
        {
            SessionCookies.SetChallenge(context, challenge);
            return TypedResults.Redirect(HomeWith("code"));
        }

        return TypedResults.Redirect(answer.Refusal is { } refusal ? HomeWith(refusal.Code) : "/account#linked");
    }

    private static string HomeWith(string said) => "/#" + said;

    private static ProblemHttpResult NoProvider() => Problems.From(Problems.NotFound, "There is no such provider.");
}

internal sealed record ProvidersResponse(IReadOnlyList<ProviderResponse> Items);

internal sealed record ProviderResponse(string Name, string Title);

/// <param name="Url">Where the browser goes next.</param>
internal sealed record ExternalLinkResponse(string Url);
