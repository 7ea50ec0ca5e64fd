using System.Net;

namespace Ax2.Users;

/// <summary>
/// A browser's tokens, where no script can read them. With <c>__Host-</c> no other host, and no page without TLS, can
/// set them either; only the plain-http loopback of a local stack does without.
/// </summary>
internal static class SessionCookies
{
    private const string HostPrefix = "__Host-";
    private const string AccessName = "ax2_access";
    private const string RefreshName = "ax2_refresh";
    private const string ChallengeName = "ax2_challenge";
    private const string DeviceName = "ax2_device";

    internal static string? Access(HttpRequest request) => request.Cookies[Name(request, AccessName)];

    internal static string? Refresh(HttpRequest request) => request.Cookies[Name(request, RefreshName)];

    /// <summary>The first half of a sign-in that waits for its code.</summary>
    internal static string? Challenge(HttpRequest request) => request.Cookies[Name(request, ChallengeName)];

    /// <summary>Whether the browser sent any credential, valid or not.</summary>
    internal static bool HasAny(HttpRequest request) =>
        request.Cookies.Any(cookie => cookie.Key.Replace(HostPrefix, "", StringComparison.Ordinal)
            is AccessName or RefreshName or ChallengeName);

    internal static void Set(HttpContext context, SessionTokens tokens)
    {
        Append(context, AccessName, tokens.AccessToken, tokens.AccessExpiresAt);
        Append(context, RefreshName, tokens.RefreshToken, tokens.RefreshExpiresAt);
        if (Challenge(context.Request) is not null)
        {
            Delete(context, ChallengeName);
        }
    }

    /// <summary>The device as one that keeps cookies, and whether it signed in before.</summary>
    internal static Device Known(HttpRequest request, Device device) =>
        device with { Token = request.Cookies[Name(request, DeviceName)] ?? "" };

    /// <summary>It outlives sessions: it signs nobody in, and only marks this browser as a known one.</summary>
    internal static void SetDevice(HttpContext context, string token)
    {
        var options = Options(context.Request);
        options.MaxAge = Device.TokenLife;
        context.Response.Cookies.Append(Name(context.Request, DeviceName), token, options);
    }

    /// <summary>Until the browser closes; the challenge itself ends sooner.</summary>
    internal static void SetChallenge(HttpContext context, string challenge) =>
        Append(context, ChallengeName, challenge, null);

    internal static void Clear(HttpContext context)
    {
        Delete(context, AccessName);
        Delete(context, RefreshName);
        Delete(context, ChallengeName);
    }

    /// <summary>For a cookie that must outlive a visit to another site: SameSite=Lax.</summary>
    internal static CookieOptions Options(HttpRequest request, SameSiteMode sameSite = SameSiteMode.Strict) => new()
    {
        HttpOnly = true,
        SameSite = sameSite,
        Secure = !IsPlainLoopback(request),
        Path = "/",
    };

    internal static string Name(HttpRequest request, string name) =>
        IsPlainLoopback(request) ? name : HostPrefix + name;

    private static void Append(HttpContext context, string name, string value, DateTimeOffset? expires)
    {
        var options = Options(context.Request);
        options.Expires = expires;
        context.Response.Cookies.Append(Name(context.Request, name), value, options);
    }

    private static void Delete(HttpContext context, string name) =>
        context.Response.Cookies.Delete(Name(context.Request, name), Options(context.Request));

    private static bool IsPlainLoopback(HttpRequest request) => !request.IsHttps
        && (request.Host.Host == "localhost"
            || (IPAddress.TryParse(request.Host.Host, out var address) && IPAddress.IsLoopback(address)));
}
