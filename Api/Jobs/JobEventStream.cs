using System.Text.Json;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

/// <summary>Writes a job's events as <c>text/event-stream</c>.</summary>
internal static class JobEventStream
{
    internal static void AddJobEvents(this IServiceCollection services) => services.AddSingleton<JobEvents>();

    internal static async Task Get(
        Guid id, Caller caller, HttpContext context, JobEvents events, IOptions<JsonOptions> json)
    {
        var after = long.TryParse(context.Request.Headers["Last-Event-ID"], out var number) ? number : -1;
        var response = context.Response;
        var cancellation = context.RequestAborted;
        await foreach (var job in events.Watch(caller.WorkspaceId, id, after, cancellation))
        {
            if (!await context.IsStillIn(caller))
            {
                return;
            }

            if (!response.HasStarted)
            {
                response.ContentType = "text/event-stream; charset=utf-8";
                response.Headers.CacheControl = "no-store";
                // Proxies that buffer would hold the events back.
                response.Headers["X-Accel-Buffering"] = "no";
            }

            await response.WriteAsync(job is null ? ": keep-alive\n\n" : Format(job, json.Value), cancellation);
            await response.Body.FlushAsync(cancellation);
        }

        if (!response.HasStarted)
        {
            await NothingToTell(id, caller, context);
        }
    }

    /// <summary>
    /// The stream ended before its first event: no such job, or one that was over and whose end the client knows.
    /// 204 tells an EventSource not to come back.
    /// </summary>
    private static async Task NothingToTell(Guid id, Caller caller, HttpContext context)
    {
        var cluster = context.RequestServices.GetRequiredService<IClusterClient>();
        if (await cluster.GetGrain<ICaptionJobGrain>(id).Get(caller.WorkspaceId) is null)
        {
            await JobsApi.Unknown().ExecuteAsync(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private static string Format(JobView job, JsonOptions json) =>
        $"id: {job.EventNumber}\nevent: job\ndata: "
        + $"{JsonSerializer.Serialize(JobResponse.From(job), json.SerializerOptions)}\n\n";
}
