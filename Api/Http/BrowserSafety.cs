using Ax2.Users;

namespace Ax2.Http;

/// <summary>
/// What a browser may not do for a stranger's page, and what is not written down.
/// </summary>
internal static class BrowserSafety
{
    /// <summary>
    /// The framework's log of requests holds whole addresses, and a signed link is a secret until it expires; that of
    /// files holds their users' names for them. Only a setting that names the category itself turns one on again.
    /// </summary>
    internal static void KeepSecretsOutOfLogs(this WebApplicationBuilder builder) => builder.Logging
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Http.Result", LogLevel.Warning);

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
        app.MapPage("/workspaces", "workspaces.html");
        app.MapPage("/verify", "link.html");
        app.MapPage("/reset", "link.html");
        app.MapPage("/email", "link.html");
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
