using Ax2.Users;

namespace Ax2.Http;

/// <summary>
/// What browsers are told, and what they may not do for a stranger's page.
/// </summary>
internal static class BrowserSafety
{
    private const string PageCsp =
        "default-src 'self'; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'";

    /// <summary>
    /// The reference page builds itself from its own script with inline styles; it shows no user data.
    /// </summary>
    private const string DocsCsp =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    internal static void UseBrowserSafety(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.ContentSecurityPolicy =
            context.Request.Path.StartsWithSegments(ApiDocument.PagePath) ? DocsCsp : PageCsp;
        return next(context);
    });

    /// <summary>
    /// A cookie goes along with requests that another site's page makes, so an unsafe method must come from our own
    /// pages: whenever a browser says where from, and always under a cookie, where not to say it is refused too.
    /// SameSite=Strict holds the same line; this one also holds for browsers that do not.
    /// </summary>
    internal static void UseCrossSiteGuard(this WebApplication app) => app.Use(async (context, next) =>
    {
        var request = context.Request;
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
            || HttpMethods.IsOptions(request.Method);
        if (!isSafe && !(IsSameOrigin(request) ?? !SessionCookies.HasAny(request)))
        {
            await Problems.From(Problems.CrossSite, "This request came from another site.").ExecuteAsync(context);
            return;
        }

        await next(context);
    });

    internal static void UsePages(this WebApplication app)
    {
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.MapPage("/jobs/{id:guid}", "job.html");
        app.MapPage("/account", "account.html");
    }

    private static void MapPage(this WebApplication app, string path, string file) =>
        app.MapGet(path, (IWebHostEnvironment host) =>
            TypedResults.PhysicalFile(Path.Combine(host.WebRootPath, file), "text/html; charset=utf-8"))
            .ExcludeFromDescription();

    /// <summary>Null when the request does not say where it comes from, as programs' do not.</summary>
    private static bool? IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site == "same-origin";
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 ? null : origin == $"{request.Scheme}://{request.Host}";
    }
}
