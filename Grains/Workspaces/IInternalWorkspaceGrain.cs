using Ax2.Users;

namespace Ax2.Workspaces;

/// <summary>
/// What only other grains may ask of a workspace: <see cref="UserWorkspacesGrain"/> creates memberships, after its list
/// has them.
/// </summary>
[Alias("ax2.IWorkspaceRecord")]
public interface IInternalWorkspaceGrain : IGrainWithGuidKey
{
    /// <summary>An id that was used before is a fault. You must give a valid name.</summary>
    [Alias("Open")]
    Task<WorkspaceView> Open(Guid owner, string name, Device device);

    /// <summary>Whether <see cref="Join"/> would accept the user now.</summary>
    [Alias("IsInvited")]
    Task<bool> IsInvited(Guid userId, string secret);

    /// <summary>Uses the invitation. Null when it is not valid for this user.</summary>
    [Alias("Join")]
    Task<WorkspaceView?> Join(Guid userId, string secret, Device device);

    /// <summary>
    /// Removes a user who is deleted. When no owner remains, the member who joined first becomes one. Idempotent.
    /// </summary>
    [Alias("Forget")]
    Task RemoveDeletedUser(Guid userId);
}

/// <summary>What only other grains may ask of a user's workspaces. Key: the user id.</summary>
[Alias("ax2.IUserWorkspacesRecord")]
public interface IInternalUserWorkspacesGrain : IGrainWithGuidKey
{
    /// <summary>Removes the user from every shared workspace, and deletes the list. Idempotent.</summary>
    [Alias("Erase")]
    Task Delete();
}
