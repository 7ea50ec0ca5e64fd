using Ax2.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Users;

/// <summary>Where the user is signed in, and how to end it there.</summary>
internal static class DevicesApi
{
    internal static void MapDevices(this RouteGroupBuilder api)
    {
        var sessions = api.MapGroup("/sessions").WithTags("Sign-in");
        sessions.MapGet("", List).WithSummary("Where you are signed in, the last used first");
        sessions.MapDelete("/{id:guid}", End).WithSummary("Sign out there").ProducesProblem(404);
        sessions.MapDelete("", EndAll).WithSummary("Sign out everywhere, or everywhere else with keepCurrent");
    }

    private static async Task<Ok<DevicesResponse>> List(SignedIn caller, IClusterClient cluster)
    {
        var sessions = await cluster.GetGrain<IUserSessionsGrain>(caller.UserId).List();
        return TypedResults.Ok(new DevicesResponse(
            [.. sessions.Select(session => DeviceResponse.From(session, caller.SessionId))]));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> End(
        Guid id, SignedIn caller, FromDevice from, HttpContext context, IClusterClient cluster, Credentials credentials)
    {
        if (!await cluster.GetGrain<IUserSessionsGrain>(caller.UserId).End(id, from.Device))
        {
            return Problems.From(Problems.NotFound, "You are not signed in there.");
        }

        credentials.RemoveSession(id);
        if (id == caller.SessionId)
        {
            SessionCookies.Clear(context);
        }

        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndAll(
        SignedIn caller, FromDevice from, HttpContext context, IClusterClient cluster, Credentials credentials,
        bool keepCurrent = false)
    {
        await cluster.GetGrain<IUserSessionsGrain>(caller.UserId).EndAll(
            keepCurrent ? caller.SessionId : null, from.Device);
        if (!keepCurrent)
        {
            credentials.RemoveSession(caller.SessionId);
            SessionCookies.Clear(context);
        }

        return TypedResults.NoContent();
    }
}

internal sealed record DevicesResponse(IReadOnlyList<DeviceResponse> Items);

/// <param name="Name">As the client calls itself, for example <c>Chrome on Windows</c>.</param>
internal sealed record DeviceResponse(
    Guid Id, string Name, string Address, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt,
    DateTimeOffset ExpiresAt, bool IsCurrent)
{
    internal static DeviceResponse From(SessionView session, Guid current) => new(
        session.SessionId, session.DeviceName, session.Address, session.CreatedAt, session.LastUsedAt,
        session.ExpiresAt, session.SessionId == current);
}
