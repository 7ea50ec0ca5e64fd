using Ax2.Http;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Workspaces;

/// <summary>The workspace that a request is about; the caller is a member of it, with a role that may.</summary>
internal sealed record WorkspaceInUse(Guid WorkspaceId, RouteClass RouteClass);

/// <summary>
/// Who is a member of what. The grain is asked at most once in <see cref="Life"/>, so every API process knows the end
/// of a membership by then.
/// </summary>
internal sealed class Memberships(IClusterClient cluster, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly AnswerCache<(Guid UserId, Guid WorkspaceId), WorkspaceView> _memberships = new(Life, time);

    internal ValueTask<WorkspaceView?> Find(Guid userId, Guid workspaceId) => _memberships.Get(
        (userId, workspaceId), key => cluster.GetGrain<IWorkspaceGrain>(key.WorkspaceId).Get(key.UserId));

    /// <summary>In this process a change is known at once.</summary>
    internal void Remove(Guid userId, Guid workspaceId) => _memberships.Remove((userId, workspaceId));

    public void Dispose() => _memberships.Dispose();
}

/// <summary>
/// The only code that lets a caller into a workspace: named by the path, else by the <c>Ax2-Workspace</c> header, else
/// the caller's own or the API key's.
/// </summary>
internal static class WorkspaceAccess
{
    internal const string Header = "Ax2-Workspace";

    /// <summary>
    /// Instead of the header where none can be sent: links, videos' tracks, event streams. An id is no secret.
    /// </summary>
    internal const string Query = "workspace";

    /// <summary>What routes call the workspace's id in their path.</summary>
    internal const string RouteValue = "workspaceId";

    internal static void UseWorkspaceAccess(this WebApplication app) => app.Use(async (context, next) =>
    {
        var access = context.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>();
        var problem = access?.For(context.Request.Method) is { } routeClass && RouteRules.IsAboutWorkspace(routeClass)
            ? await Enter(context, routeClass)
            : null;
        await (problem?.ExecuteAsync(context) ?? next(context));
    });

    /// <summary>Whether the caller would be let in now, for responses that take long.</summary>
    internal static async ValueTask<bool> IsAuthorized(this HttpContext context, Caller caller) =>
        context.Features.Get<WorkspaceInUse>() is { } used
        && await context.RequestServices.GetRequiredService<Credentials>().IsActive(context.Request, caller)
        && await Memberships(context).Find(caller.UserId, used.WorkspaceId) is { } workspace
        && RouteRules.May(workspace.Role, used.RouteClass);

    internal static ProblemHttpResult Unknown() =>
        Problems.From(WorkspaceRefusals.Unknown, "There is no such workspace.");

    /// <summary>Null when the caller may go on, in the workspace.</summary>
    private static async Task<ProblemHttpResult?> Enter(HttpContext context, RouteClass routeClass)
    {
        if (Caller.From(context.User) is not { } caller
            || Named(context.Request, caller) is not { } id
            || await Memberships(context).Find(caller.UserId, id) is not { } workspace)
        {
            return Unknown();
        }

        if (!RouteRules.May(workspace.Role, routeClass))
        {
            return WorkspaceProblems.RoleInsufficient(RouteRules.LeastRole(routeClass));
        }

        context.Features.Set(new WorkspaceInUse(id, routeClass));
        return null;
    }

    private static Memberships Memberships(HttpContext context) =>
        context.RequestServices.GetRequiredService<Memberships>();

    private static Guid? Named(HttpRequest request, Caller caller)
    {
        var name = request.RouteValues[RouteValue]?.ToString() ?? HeaderOf(request);
        var id = name is null ? caller.WorkspaceId : Guid.TryParse(name, out var named) ? named : (Guid?)null;
        // A key is good for its own workspace alone.
        return caller.Kind == CredentialKind.ApiKey && id != caller.WorkspaceId ? null : id;
    }

    private static string? HeaderOf(HttpRequest request)
    {
        if (request.Headers.TryGetValue(Header, out var header))
        {
            return header.ToString();
        }

        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return isRead && request.Query.TryGetValue(Query, out var query) ? query.ToString() : null;
    }
}
