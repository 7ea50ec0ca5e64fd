using Ax2.Http;

namespace Ax2.Users;

/// <summary>What a browser may not do for another site's page.</summary>
internal static class CrossSiteGuard
{
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
