using System.Net;
using Microsoft.Extensions.Primitives;
using Scalar.AspNetCore;

namespace Ax2.Http;

/// <summary>
/// The headers that every answer carries, errors included: they are set as the answer starts, when nothing can clear
/// them any more. A header that a route has set itself is kept.
/// </summary>
internal static class SafeHeaders
{
    /// <summary>Our pages make their elements in script, without HTML text, and the browser holds them to it.</summary>
    private const string PageCsp =
        "default-src 'self'; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>For answers that are no pages.</summary>
    private const string DataCsp = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>
    /// The reference page makes its own styles as it runs; its scripts are ours or carry the answer's nonce. It shows
    /// no user data.
    /// </summary>
    private const string DocsCsp =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; script-src 'self'";

    private const string Permissions =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        + "microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), "
        + "xr-spatial-tracking=()";

    /// <summary>Two years, the least that browsers' own lists take.</summary>
    private const string Hsts = "max-age=63072000; includeSubDomains";

    private static readonly KeyValuePair<string, StringValues>[] Always =
    [
        new("X-Content-Type-Options", "nosniff"),
        new("X-Frame-Options", "DENY"),
        new("Referrer-Policy", "same-origin"),
        new("Permissions-Policy", Permissions),
        new("Cross-Origin-Opener-Policy", "same-origin"),
        new("Cross-Origin-Resource-Policy", "same-origin"),
    ];

    internal static void UseSafeHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state => Complete((HttpContext)state), context);
        return next(context);
    });

    private static Task Complete(HttpContext context)
    {
        var headers = context.Response.Headers;
        foreach (var header in Always) AddMissing(headers, header.Key, header.Value);
        AddMissing(headers, "Content-Security-Policy", CspOf(context));
        // What the API answers is somebody's, and a browser's cache outlives the sign-out.
        if (IsData(context.Request.Path)) AddMissing(headers, "Cache-Control", "no-store");
        if (context.Request.IsHttps && !IsLoopback(context.Request.Host.Host))
            AddMissing(headers, "Strict-Transport-Security", Hsts);
        return Task.CompletedTask;
    }

    private static void AddMissing(IHeaderDictionary headers, string name, StringValues value)
    {
        if (!headers.ContainsKey(name)) headers[name] = value;
    }

    private static string CspOf(HttpContext context)
    {
        if (context.Items.TryGetValue(ScalarOptions.NonceHttpContextItemKey, out var nonce))
            return $"{DocsCsp} 'nonce-{nonce}'";
        if (context.Request.Path.StartsWithSegments(ApiDocument.PagePath)) return DocsCsp;
        return IsData(context.Request.Path) ? DataCsp : PageCsp;
    }

    private static bool IsData(PathString path) => path.StartsWithSegments("/api")
        || path.StartsWithSegments("/health") || path.StartsWithSegments("/objects")
        || path.StartsWithSegments("/openapi") || path.StartsWithSegments("/.well-known");

    /// <summary>On a developer's machine it would hold for everything else that runs there.</summary>
    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
