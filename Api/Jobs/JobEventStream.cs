using System.Globalization;
using System.Net.ServerSentEvents;
using Ax2.Users;
using Ax2.Workspaces;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Runtime;

namespace Ax2.Jobs;

/// <summary>A job's events as <c>text/event-stream</c>.</summary>
internal static class JobEventStream
{
    internal static void AddJobEvents(this IServiceCollection services) => services.AddSingleton<JobEvents>();

    internal static async Task<Results<ServerSentEventsResult<JobResponse>, NoContent, ProblemHttpResult>> Get(
        Guid id,
        Caller caller,
        HttpContext context,
        JobEvents events,
        IClusterClient cluster,
        IHostApplicationLifetime host)
    {
        // A stop would wait for streams that nothing else ends. What was sent has its number, so the client goes on at
        // another process, or at this one's successor.
        var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        context.Response.RegisterForDispose(ended);
        var after = long.TryParse(context.Request.Headers["Last-Event-ID"], out var number) ? number : -1;
        var jobs = events.Watch(caller.WorkspaceId, id, after, ended.Token).GetAsyncEnumerator(ended.Token);
        context.Response.RegisterForDisposeAsync(jobs);
        if (!await MoveNext(jobs, host.ApplicationStopping) && !host.ApplicationStopping.IsCancellationRequested)
        {
            // No such job, or one that is over and whose end the client knows: 204 makes an EventSource stay away.
            return await cluster.GetGrain<ICaptionJobGrain>(id).Get(caller.WorkspaceId) is null
                ? JobsApi.Unknown()
                : TypedResults.NoContent();
        }

        // Proxies that buffer would hold the events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(Write(jobs, caller, context, host));
    }

    /// <summary>False at the end, and when the process stops.</summary>
    private static async Task<bool> MoveNext(IAsyncEnumerator<JobView?> jobs, CancellationToken stopping)
    {
        try
        {
            return await jobs.MoveNextAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Begins with the current item of <paramref name="jobs"/>.</summary>
    private static async IAsyncEnumerable<SseItem<JobResponse>> Write(
        IAsyncEnumerator<JobView?> jobs, Caller caller, HttpContext context, IHostApplicationLifetime host)
    {
        do
        {
            if (host.ApplicationStopping.IsCancellationRequested || !await IsAuthorized(context, caller))
            {
                yield break;
            }

            if (jobs.Current is { } job)
            {
                yield return new SseItem<JobResponse>(JobResponse.From(job), "job")
                {
                    EventId = job.EventNumber.ToString(CultureInfo.InvariantCulture),
                };
            }
            else
            {
                await WriteKeepAlive(context);
            }
        }
        while (await MoveNext(jobs, host.ApplicationStopping));
    }

    /// <summary>While nobody can say, the stream ends: its client comes back, and is asked for.</summary>
    private static async Task<bool> IsAuthorized(HttpContext context, Caller caller)
    {
        try
        {
            return await context.IsAuthorized(caller);
        }
        catch (Exception fault) when (fault is TimeoutException or OrleansException)
        {
            return false;
        }
    }

    /// <summary>
    /// A comment, which <see cref="SseItem{T}"/> cannot be. Between two items the formatter has flushed everything and
    /// waits, so nothing else writes.
    /// </summary>
    private static async Task WriteKeepAlive(HttpContext context)
    {
        await context.Response.WriteAsync(": keep-alive\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
