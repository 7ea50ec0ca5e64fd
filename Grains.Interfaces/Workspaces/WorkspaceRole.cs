namespace Ax2.Workspaces;

/// <summary>
/// What a member may do. The values are stored: never renumber them; and no two together read as a third. Which
/// routes a role may call is the API's one table.
/// </summary>
public enum WorkspaceRole
{
    /// <summary>Everything, and says who else may. A workspace has at least one.</summary>
    Owner = 1,

    /// <summary>Uploads, starts and stops jobs.</summary>
    Editor = 2,

    /// <summary>Reads jobs and captions.</summary>
    Viewer = 4,

    /// <summary>Sees to the credits, and sees no video.</summary>
    Billing = 8,
}
