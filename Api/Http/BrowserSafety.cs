namespace Ax2.Http;

/// <summary>The pages, and what is not written down of requests.</summary>
internal static class BrowserSafety
{
    /// <summary>
    /// The framework's log of requests holds whole addresses, and a signed link is a secret until it expires; that of
    /// files holds their users' names for them. Only a setting that names the category itself turns one on again.
    /// </summary>
    internal static void KeepSecretsOutOfLogs(this WebApplicationBuilder builder) => builder.Logging
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Http.Result", LogLevel.Warning);

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
}
