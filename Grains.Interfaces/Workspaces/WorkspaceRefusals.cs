namespace Ax2.Workspaces;

/// <summary>Stable codes of <see cref="Refusal.Code"/> about workspaces.</summary>
public static class WorkspaceRefusals
{
    /// <summary>There is none, or the caller is no member of it: the answer does not reveal which.</summary>
    public const string Unknown = "workspace_unknown";

    public const string RoleInsufficient = "role_insufficient";

    /// <summary>A user's own workspace has exactly one member.</summary>
    public const string IsHome = "workspace_is_home";

    public const string NameInvalid = "workspace_name_invalid";
    public const string TooMany = "workspace_limit_reached";
    public const string TooManyMembers = "member_limit_reached";
    public const string TooManyInvitations = "invitation_limit_reached";
    public const string MemberUnknown = "member_unknown";
    public const string LastOwner = "last_owner";

    /// <summary>Inviting and joining need a verified address.</summary>
    public const string EmailUnverified = "email_unverified";

    public const string InvitationUnknown = "invitation_unknown";

    /// <summary>Wrong, used, revoked or too old, or for another e-mail address.</summary>
    public const string InvitationInvalid = "invitation_invalid";
}
