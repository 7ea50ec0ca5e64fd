using Ax2.Http;

namespace Ax2.Workspaces;

/// <summary>What the refusals of workspaces are in HTTP.</summary>
internal sealed class WorkspaceStatuses : RefusalStatuses
{
    internal override IReadOnlyDictionary<string, int> Statuses { get; } = new Dictionary<string, int>
    {
        [WorkspaceRefusals.Unknown] = StatusCodes.Status404NotFound,
        [WorkspaceRefusals.RoleInsufficient] = StatusCodes.Status403Forbidden,
        [WorkspaceRefusals.IsHome] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.NameInvalid] = StatusCodes.Status422UnprocessableEntity,
        [WorkspaceRefusals.TooMany] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.TooManyMembers] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.TooManyInvitations] = StatusCodes.Status429TooManyRequests,
        [WorkspaceRefusals.MemberUnknown] = StatusCodes.Status404NotFound,
        [WorkspaceRefusals.LastOwner] = StatusCodes.Status409Conflict,
        [WorkspaceRefusals.EmailUnverified] = StatusCodes.Status403Forbidden,
        [WorkspaceRefusals.InvitationUnknown] = StatusCodes.Status404NotFound,
        [WorkspaceRefusals.InvitationInvalid] = StatusCodes.Status404NotFound,
    };
}
