using Ax2.Users;

namespace Ax2.Workspaces;

/// <summary>
/// The half of a workspace that only silos know: <see cref="UserWorkspacesGrain"/> makes memberships, so that its list
/// is never short of one.
/// </summary>
[Alias("ax2.IWorkspaceRecord")]
public interface IWorkspaceRecord : IGrainWithGuidKey
{
    /// <summary>An id that was used before is a fault. You must give a sound name.</summary>
    [Alias("Open")]
    Task<WorkspaceView> Open(Guid owner, string name, Device device);

    /// <summary>Whether <see cref="Join"/> would let the user in now.</summary>
    [Alias("IsInvited")]
    Task<bool> IsInvited(Guid userId, string secret);

    /// <summary>Uses the invitation up. Null when it is not good for this user.</summary>
    [Alias("Join")]
    Task<WorkspaceView?> Join(Guid userId, string secret, Device device);

    /// <summary>
    /// The user is gone: a member no more. When no owner stays, the oldest of the others becomes one.
    /// </summary>
    [Alias("Forget")]
    Task Forget(Guid userId);
}

/// <summary>The half of a user's list that only silos know. Key: the user id.</summary>
[Alias("ax2.IUserWorkspacesRecord")]
public interface IUserWorkspacesRecord : IGrainWithGuidKey
{
    /// <summary>The user is gone: leaves every shared workspace, and the list with it. May be repeated.</summary>
    [Alias("Erase")]
    Task Erase();
}
