using System.Security.Claims;
using System.Text.Encodings.Web;
using Ax2.Admin;
using Ax2.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>Section <c>Sessions</c>.</summary>
public sealed class SessionOptions
{
    public const string Section = "Sessions";

    /// <summary>How long a sign-in lasts. More than zero. Default 14 days.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(14);
}

/// <summary>Knows a caller by the token in <c>Authorization: Bearer</c> or, for browsers, in the cookie.</summary>
internal sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    IClusterClient cluster) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    internal const string SchemeName = "Session";
    internal const string CookieName = "ax2_session";
    private const string Bearer = "Bearer ";

    /// <summary>The token that the request carries, or null.</summary>
    internal static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : request.Cookies[CookieName];
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenOf(Request) is not { } token || SessionToken.GrainKey(token) is not { } key)
        {
            return AuthenticateResult.NoResult();
        }

        var session = await cluster.GetGrain<ISessionGrain>(key).Get();
        return session is null
            ? AuthenticateResult.Fail("The session is over.")
            : AuthenticateResult.Success(new AuthenticationTicket(Caller.ToPrincipal(session), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.From(Problems.NotSignedIn, "Sign in first.").ExecuteAsync(Context);
    }

    /// <summary>Only the admins' routes ask for more than a session.</summary>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.From(AdminRefusals.NotAdmin, "This is for admins only.").ExecuteAsync(Context);
}

/// <summary>Who calls, for handlers: bound from the signed-in session, never from the request's own words.</summary>
internal sealed record Caller(Guid UserId, Guid WorkspaceId)
{
    private const string WorkspaceClaim = "workspace";

    internal static ClaimsPrincipal ToPrincipal(SessionInfo session) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, session.UserId.ToString()),
            new Claim(WorkspaceClaim, session.WorkspaceId.ToString()),
            .. session.IsAdmin ? [new Claim(ClaimTypes.Role, AdminApi.Role)] : Array.Empty<Claim>(),
        ],
        SessionHandler.SchemeName));

    public static ValueTask<Caller?> BindAsync(HttpContext context)
    {
        var user = context.User.FindFirstValue(ClaimTypes.NameIdentifier);
        var workspace = context.User.FindFirstValue(WorkspaceClaim);
        return ValueTask.FromResult(user is null || workspace is null
            ? null
            : new Caller(Guid.Parse(user), Guid.Parse(workspace)));
    }
}

internal static class Sessions
{
    internal static void AddSessions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SessionOptions>().Bind(configuration.GetSection(SessionOptions.Section))
            .Validate(o => o.Lifetime > TimeSpan.Zero, "Sessions:Lifetime is more than zero.")
            .ValidateOnStart();
        services.AddAuthentication(SessionHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null);
        services.AddAuthorization();
    }
}
