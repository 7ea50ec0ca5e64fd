using Ax2.Http;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Workspaces;

/// <summary>A user's workspaces, and who else is in them.</summary>
internal static class WorkspacesApi
{
    internal static void MapWorkspaces(this RouteGroupBuilder api)
    {
        var all = api.MapGroup("/workspaces").WithTags("Workspaces").For(RouteClass.Self);
        all.MapGet("", List).WithSummary("Your own workspace, and those that you share");
        all.MapPost("", Create).WithSummary("Make a workspace to share").ProducesProblem(409).ProducesProblem(422);

        var one = api.MapGroup("/workspaces/{workspaceId:guid}").WithTags("Workspaces").ProducesProblem(403)
            .ProducesProblem(404);
        var members = one.MapGroup("").For(RouteClass.Member);
        members.MapGet("", Get).WithSummary("One workspace, and your role in it");
        members.MapGet("/members", ListMembers).WithSummary("Who is in it");
        members.MapDelete("/members/me", Leave).WithSummary("Leave it").ProducesProblem(409);

        var owners = one.MapGroup("").For(RouteClass.Manage).ProducesProblem(409);
        owners.MapPatch("", Rename).WithSummary("Give it another name").ProducesProblem(422);
        owners.MapPatch("/members/{userId:guid}", ChangeRole).WithSummary("Give a member another role");
        owners.MapDelete("/members/{userId:guid}", Remove)
            .WithSummary("Remove a member; every process knows within seconds");
        owners.MapInvitations();
    }

    internal static IWorkspaceGrain Workspace(this IClusterClient cluster, Guid id) =>
        cluster.GetGrain<IWorkspaceGrain>(id);

    internal static IUserWorkspacesGrain Workspaces(this IClusterClient cluster, SignedIn caller) =>
        cluster.GetGrain<IUserWorkspacesGrain>(caller.UserId);

    /// <summary>Several roles at once would read as one that is none.</summary>
    internal static ProblemHttpResult NoRole() => Problems.From(Problems.RequestMalformed, "There is no such role.");

    private static async Task<Ok<WorkspacesResponse>> List(SignedIn caller, IClusterClient cluster)
    {
        var workspaces = await cluster.Workspaces(caller).List();
        return TypedResults.Ok(new WorkspacesResponse([.. workspaces.Select(WorkspaceResponse.From)]));
    }

    private static async Task<Results<Created<WorkspaceResponse>, ProblemHttpResult>> Create(
        WorkspaceNameRequest request, SignedIn caller, FromDevice from, IClusterClient cluster)
    {
        var answer = await cluster.Workspaces(caller).Create(request.Name, from.Device);
        return answer.Workspace is { } made
            ? TypedResults.Created($"/api/v1/workspaces/{made.WorkspaceId}", WorkspaceResponse.From(made))
            : Problems.From(answer.Refusal!);
    }

    private static async Task<Results<Ok<WorkspaceResponse>, ProblemHttpResult>> Get(
        Guid workspaceId, Caller caller, IClusterClient cluster) =>
        await cluster.Workspace(workspaceId).Get(caller.UserId) is { } workspace
            ? TypedResults.Ok(WorkspaceResponse.From(workspace))
            : WorkspaceAccess.Unknown();

    private static async Task<Results<Ok<MembersResponse>, ProblemHttpResult>> ListMembers(
        Guid workspaceId, Caller caller, IClusterClient cluster) =>
        await cluster.Workspace(workspaceId).ListMembers(caller.UserId) is { } members
            ? TypedResults.Ok(new MembersResponse([.. members.Select(member => MemberResponse.From(member, caller))]))
            : WorkspaceAccess.Unknown();

    private static Task<Results<NoContent, ProblemHttpResult>> Leave(
        Guid workspaceId, Caller caller, FromDevice from, IClusterClient cluster, Memberships memberships) =>
        Remove(workspaceId, caller.UserId, caller, from, cluster, memberships);

    private static async Task<Results<Ok<WorkspaceResponse>, ProblemHttpResult>> Rename(
        Guid workspaceId, WorkspaceNameRequest request, Caller caller, FromDevice from, IClusterClient cluster) =>
        await cluster.Workspace(workspaceId).Rename(caller.UserId, request.Name, from.Device) is { } refusal
            ? Problems.From(refusal)
            : await Get(workspaceId, caller, cluster);

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangeRole(
        Guid workspaceId, Guid userId, RoleRequest request, Caller caller, FromDevice from, IClusterClient cluster,
        Memberships memberships)
    {
        if (!Enum.IsDefined(request.Role))
        {
            return NoRole();
        }

        var refusal = await cluster.Workspace(workspaceId).ChangeRole(caller.UserId, userId, request.Role, from.Device);
        memberships.Remove(userId, workspaceId);
        return refusal is null ? TypedResults.NoContent() : Problems.From(refusal);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid workspaceId, Guid userId, Caller caller, FromDevice from, IClusterClient cluster, Memberships memberships)
    {
        var refusal = await cluster.Workspace(workspaceId).Remove(caller.UserId, userId, from.Device);
        memberships.Remove(userId, workspaceId);
        return refusal is null ? TypedResults.NoContent() : Problems.From(refusal);
    }
}

/// <param name="Name">1 to 100 characters.</param>
internal sealed record WorkspaceNameRequest(string Name);

internal sealed record RoleRequest(WorkspaceRole Role);

internal sealed record WorkspacesResponse(IReadOnlyList<WorkspaceResponse> Items);

/// <param name="Name">Empty for your own.</param>
/// <param name="Role">Yours.</param>
internal sealed record WorkspaceResponse(Guid Id, string Name, WorkspaceRole Role, bool IsHome)
{
    internal static WorkspaceResponse From(WorkspaceView workspace) =>
        new(workspace.WorkspaceId, workspace.Name, workspace.Role, workspace.IsHome);
}

internal sealed record MembersResponse(IReadOnlyList<MemberResponse> Items);

/// <param name="Email">Empty, like the name, when the account is gone.</param>
internal sealed record MemberResponse(
    Guid UserId, string DisplayName, string Email, WorkspaceRole Role, DateTimeOffset JoinedAt, bool IsMe)
{
    internal static MemberResponse From(MemberView member, Caller caller) => new(
        member.UserId, member.DisplayName, member.Email, member.Role, member.JoinedAt, member.UserId == caller.UserId);
}
