using Ax2.Http;
using Ax2.Jobs;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Admin;

/// <summary>The work queue and the silos that serve it. Every command may be repeated.</summary>
internal static class QueueApi
{
    internal static void MapQueue(this RouteGroupBuilder api)
    {
        var queue = api.MapGroup("/queue");
        queue.MapGet("", (AdminCaller caller, IClusterClient cluster) =>
            Show(cluster.Admin().GetQueue(caller.Call))).WithSummary("Who waits, and where work runs");
        queue.MapPost("/pause", (AdminCaller caller, IClusterClient cluster) =>
            Show(cluster.Admin().SetPaused(caller.Call, true))).WithSummary("Pause: start no new work");
        queue.MapPost("/resume", (AdminCaller caller, IClusterClient cluster) =>
            Show(cluster.Admin().SetPaused(caller.Call, false))).WithSummary("Resume");
        queue.MapPost("/silos/{name:maxlength(150)}/drain", (string name, AdminCaller caller, IClusterClient cluster) =>
            Show(cluster.Admin().SetDraining(caller.Call, name, true))).WithSummary("Drain one silo");
        queue.MapPost(
            "/silos/{name:maxlength(150)}/undrain",
            (string name, AdminCaller caller, IClusterClient cluster) =>
                Show(cluster.Admin().SetDraining(caller.Call, name, false))).WithSummary("Resume one silo");
    }

    private static async Task<Results<Ok<QueueResponse>, ProblemHttpResult>> Show(Task<AdminAnswer<QueueView>> call)
    {
        var answer = await call;
        return answer.Value is { } queue ? TypedResults.Ok(QueueResponse.From(queue)) : Problems.From(answer.Refusal!);
    }
}

internal sealed record QueueResponse(
    bool IsPaused, int WaitingJobs, int WaitingUsers, IReadOnlyList<QueueSiloResponse> Silos)
{
    internal static QueueResponse From(QueueView queue) => new(
        queue.IsPaused, queue.WaitingJobs, queue.WaitingUsers,
        [.. queue.Silos.Select(s => new QueueSiloResponse(s.Name, s.Capacity, s.Running, s.IsDraining))]);
}

internal sealed record QueueSiloResponse(string Name, int Capacity, int Running, bool IsDraining);
