using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Ax2.Workspaces;

namespace Ax2.Users;

/// <summary>Who calls, for handlers: bound from a proved credential, never from the request's own words.</summary>
/// <param name="WorkspaceId">
/// That of the request, which the caller was let into; else the user's own, or the API key's.
/// </param>
/// <param name="SessionId">Null for an API key.</param>
/// <param name="Scopes">What an API key may do; empty for a session, which may do all that its user may.</param>
internal sealed record Caller(
    Guid UserId, Guid WorkspaceId, CredentialKind Kind, Guid? SessionId, ImmutableArray<string> Scopes)
{
    internal const string UserClaim = "sub";
    internal const string KeyClaim = "key";
    internal const string ScopeClaim = "scope";
    internal const string RoleClaim = "role";

    /// <summary>Null for nobody.</summary>
    internal static Caller? From(ClaimsPrincipal user)
    {
        var session = Id(user, AccessTokenNames.Session);
        return Id(user, UserClaim) is { } userId && Id(user, AccessTokenNames.Workspace) is { } workspaceId
            ? new Caller(
                userId, workspaceId, session is null ? CredentialKind.ApiKey : CredentialKind.Session, session,
                [.. user.FindAll(ScopeClaim).Select(claim => claim.Value)])
            : null;
    }

    public static ValueTask<Caller?> BindAsync(HttpContext context)
    {
        var caller = From(context.User);
        return ValueTask.FromResult(context.Features.Get<WorkspaceInUse>() is { } used
            ? caller! with { WorkspaceId = used.WorkspaceId }
            : caller);
    }

    private static Guid? Id(ClaimsPrincipal user, string claim) =>
        Guid.TryParse(user.FindFirstValue(claim), out var id) ? id : null;
}

internal enum CredentialKind
{
    Session,
    ApiKey,
}

/// <summary>
/// A caller who signed in, for what no API key may do: the user's own devices, keys and second factor.
/// </summary>
/// <param name="AccessExpiresAt">When the access token of this request ends.</param>
internal sealed record SignedIn(
    Guid UserId, Guid WorkspaceId, Guid SessionId, DateTimeOffset At, DateTimeOffset AccessExpiresAt)
{
    private const string ExpiryClaim = "exp";

    internal static SignedIn? From(ClaimsPrincipal user) =>
        Caller.From(user) is { SessionId: { } session } caller
            ? new SignedIn(
                caller.UserId, caller.WorkspaceId, session, Time(user, AccessTokenNames.SignedInAt),
                Time(user, ExpiryClaim))
            : null;

    public static ValueTask<SignedIn?> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User));

    private static DateTimeOffset Time(ClaimsPrincipal user, string claim) => DateTimeOffset.FromUnixTimeSeconds(
        long.Parse(user.FindFirstValue(claim)!, NumberStyles.None, CultureInfo.InvariantCulture));
}

/// <summary>Where the request comes from.</summary>
internal sealed record FromDevice(Device Device)
{
    private const int MaxUserAgentLength = 256;

    internal static Device Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        return new Device(
            agent.Length > MaxUserAgentLength ? agent[..MaxUserAgentLength] : agent,
            context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
    }

    /// <summary>The same, for a sign-in.</summary>
    internal Device Keeping(HttpContext context, bool cookies) =>
        cookies ? SessionCookies.Known(context.Request, Device) : Device;

    public static ValueTask<FromDevice> BindAsync(HttpContext context) =>
        ValueTask.FromResult(new FromDevice(Of(context)));
}
