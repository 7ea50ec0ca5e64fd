using System.Net;
using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ax2.Users;

/// <summary>
/// The development page that shows the outbox: mails with links that open accounts. It is there only when mails go to
/// an outbox, and only for a browser on this machine that asks for this machine; for everybody else there is nothing.
/// </summary>
internal static class OutboxApi
{
    private const int MaxMails = 100;

    internal static void AddMailOutbox(this IServiceCollection services, IConfiguration configuration) =>
        services.AddOptions<MailOutboxOptions>().Bind(configuration.GetSection(MailOutboxOptions.Section))
            // Where mails go by SMTP there is no outbox, whatever else is set.
            .PostConfigure(o => o.Folder = string.IsNullOrEmpty(configuration["Mail:Smtp:Host"]) ? o.Folder : "");

    internal static void MapMailOutbox(this WebApplication app)
    {
        var outbox = app.MapGroup("/dev/outbox").ExcludeFromDescription().AddEndpointFilter(async (call, next) =>
            IsOfThisMachine(call.HttpContext) ? await next(call) : NotThere());
        outbox.MapGet("", (IWebHostEnvironment host) =>
            TypedResults.PhysicalFile(Path.Combine(host.WebRootPath, "outbox.html"), "text/html; charset=utf-8"));
        outbox.MapGet("/mails", List);
    }

    /// <summary>
    /// The connection alone does not say so: a proxy on this machine passes on strangers, and a stranger's page may
    /// have its name answered with this machine's address.
    /// </summary>
    internal static bool IsOfThisMachine(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<MailOutboxOptions>>().Value.Folder.Length > 0
        && context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (context.Request.Host.Host == "localhost"
            || (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("Forwarded");

    private static Ok<OutboxResponse> List(HttpContext context, IOptions<MailOutboxOptions> options)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new OutboxResponse(new MailOutbox(options.Value.Folder).List(MaxMails)));
    }

    private static ProblemHttpResult NotThere() => Problems.From(Problems.NotFound, "There is nothing here.");
}

internal sealed record OutboxResponse(IReadOnlyList<OutboxMail> Items);
