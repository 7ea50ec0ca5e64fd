namespace Ax2.Workspaces;

/// <summary>How large workspaces get, and how long an invitation lasts. Section <c>Workspaces</c>.</summary>
public sealed class WorkspaceOptions
{
    public const string Section = "Workspaces";

    /// <summary>Shared workspaces that one user is a member of. Zero: no sharing. Default 50.</summary>
    public int MaxPerUser { get; set; } = 50;

    /// <summary>Members and open invitations of one workspace together. At least 1. Default 100.</summary>
    public int MaxMembers { get; set; } = 100;

    /// <summary>
    /// Invitations that one workspace sends in a day, so that it cannot flood a mailbox. Zero: none. Default 100.
    /// </summary>
    public int MaxInvitationsPerDay { get; set; } = 100;

    /// <summary>How long an invitation is valid. More than zero. Default 7 days.</summary>
    public TimeSpan InvitationLifetime { get; set; } = TimeSpan.FromDays(7);
}
