using Ax2.Http;
using Ax2.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ax2.Workspaces;

/// <summary>Invitations: an owner invites an address, and the user with that address accepts.</summary>
internal static class InvitationsApi
{
    internal static void MapInvitations(this RouteGroupBuilder owners)
    {
        var invitations = owners.MapGroup("/invitations");
        invitations.MapGet("", List).WithSummary("The open invitations, the newest first");
        invitations.MapPost("", Invite).WithSummary("Mail an invitation; an older one to the address is void")
            .ProducesProblem(422);
        invitations.MapDelete("/{id:guid}", Revoke).WithSummary("Revoke an invitation");
    }

    internal static void MapAcceptInvitation(this RouteGroupBuilder api) =>
        api.MapPost("/invitations/accept", Accept).WithTags("Workspaces")
            .WithSummary("Join the workspace that you were invited to").ProducesProblem(403).ProducesProblem(404)
            .ProducesProblem(409);

    private static async Task<Results<Ok<InvitationsResponse>, ProblemHttpResult>> List(
        Guid workspaceId, Caller caller, IClusterClient cluster) =>
        await cluster.Workspace(workspaceId).ListInvitations(caller.UserId) is { } invitations
            ? TypedResults.Ok(new InvitationsResponse([.. invitations.Select(InvitationResponse.From)]))
            : TypedResults.Ok(new InvitationsResponse([]));

    private static async Task<Results<Created<InvitationResponse>, ProblemHttpResult>> Invite(
        Guid workspaceId, InviteRequest request, Caller caller, FromDevice from, IClusterClient cluster)
    {
        if (!Enum.IsDefined(request.Role))
        {
            return WorkspacesApi.NoRole();
        }

        var answer = await cluster.Workspace(workspaceId).Invite(
            caller.UserId, request.Email, request.Role, from.Device);
        return answer.Invitation is { } invitation
            ? TypedResults.Created(
                $"/api/v1/workspaces/{workspaceId}/invitations", InvitationResponse.From(invitation))
            : Problems.From(answer.Refusal!);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        Guid workspaceId, Guid id, Caller caller, FromDevice from, IClusterClient cluster) =>
        await cluster.Workspace(workspaceId).RevokeInvitation(caller.UserId, id, from.Device) is { } refusal
            ? Problems.From(refusal)
            : TypedResults.NoContent();

    private static async Task<Results<Ok<WorkspaceResponse>, ProblemHttpResult>> Accept(
        AcceptInvitationRequest request, SignedIn caller, FromDevice from, IClusterClient cluster)
    {
        var answer = await cluster.Workspaces(caller).Accept(request.Token, from.Device);
        return answer.Workspace is { } workspace
            ? TypedResults.Ok(WorkspaceResponse.From(workspace))
            : Problems.From(answer.Refusal!);
    }
}

internal sealed record InviteRequest(string Email, WorkspaceRole Role);

/// <param name="Token">Of the invitation's link. You must be signed in with the address that was invited.</param>
internal sealed record AcceptInvitationRequest(string Token);

internal sealed record InvitationsResponse(IReadOnlyList<InvitationResponse> Items);

internal sealed record InvitationResponse(
    Guid Id, string Email, WorkspaceRole Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt)
{
    internal static InvitationResponse From(InvitationView invitation) => new(
        invitation.InvitationId, invitation.Email, invitation.Role, invitation.CreatedAt, invitation.ExpiresAt);
}
