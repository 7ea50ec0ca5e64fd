using System.Collections.Immutable;
using Ax2.Users;
using Microsoft.Extensions.Options;

namespace Ax2.Workspaces;

/// <summary>
/// The ids of the workspaces that a user may be a member of; the workspaces hold the memberships. It calls workspaces,
/// they never call it.
/// </summary>
public sealed class UserWorkspacesGrain(
    [StoredState("user-workspaces")] StoredState<UserWorkspacesState> state,
    IOptions<WorkspaceOptions> options,
    TimeProvider time) : Grain, IUserWorkspacesGrain, IInternalUserWorkspacesGrain
{
    private Guid UserId => this.GetPrimaryKey();

    public async Task<ImmutableArray<WorkspaceView>> List()
    {
        var profile = await GrainFactory.GetGrain<IUserGrain>(UserId).GetProfile();
        return profile is null
            ? []
            : [WorkspaceGrain.Home(profile.HomeWorkspaceId), .. await Joined()];
    }

    public async Task<WorkspaceAnswer> Create(string name, Device device)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (WorkspaceName.Read(name) is not { } text)
        {
            return new WorkspaceAnswer(null, WorkspaceName.Refusal());
        }

        var id = Guid.CreateVersion7(time.GetUtcNow());
        return await Enlist(id) is { } refusal
            ? new WorkspaceAnswer(null, refusal)
            : new WorkspaceAnswer(await Workspace(id).Open(UserId, text, device), null);
    }

    public async Task<WorkspaceAnswer> Accept(string token, Device device)
    {
        if (await GrainFactory.GetGrain<IUserGrain>(UserId).GetProfile() is not { IsEmailVerified: true })
        {
            return new WorkspaceAnswer(null, Unverified());
        }

        // Checked first, so that an invented token causes no write.
        if (InvitationToken.Read(token) is not { } invitation
            || !await Workspace(invitation.WorkspaceId).IsInvited(UserId, invitation.Secret))
        {
            return Invalid();
        }

        if (await Enlist(invitation.WorkspaceId) is { } refusal)
        {
            return new WorkspaceAnswer(null, refusal);
        }

        return await Workspace(invitation.WorkspaceId).Join(UserId, invitation.Secret, device) is { } workspace
            ? new WorkspaceAnswer(workspace, null)
            : Invalid();
    }

    public async Task Delete()
    {
        await Task.WhenAll(state.Value.Workspaces.Select(id => Workspace(id).RemoveDeletedUser(UserId)));
        await state.ClearAsync();
    }

    internal static Refusal Unverified() =>
        new(WorkspaceRefusals.EmailUnverified, "Verify your e-mail address first.");

    /// <summary>Adds a workspace to the list, and removes those that the user is no longer a member of.</summary>
    private async Task<Refusal?> Enlist(Guid id)
    {
        var others = (await Joined()).Select(workspace => workspace.WorkspaceId).Where(other => other != id).ToList();
        if (others.Count >= options.Value.MaxPerUser)
        {
            return new Refusal(
                WorkspaceRefusals.TooMany, $"Nobody is in more than {options.Value.MaxPerUser} shared workspaces.");
        }

        await state.UpdateAsync(_ => new UserWorkspacesState { Workspaces = [.. others, id] });
        return null;
    }

    private async Task<IEnumerable<WorkspaceView>> Joined() =>
        (await Task.WhenAll(state.Value.Workspaces.Select(
            id => GrainFactory.GetGrain<IWorkspaceGrain>(id).Get(UserId)))).OfType<WorkspaceView>();

    private IInternalWorkspaceGrain Workspace(Guid id) => GrainFactory.GetGrain<IInternalWorkspaceGrain>(id);

    private static WorkspaceAnswer Invalid() => new(null, new Refusal(
        WorkspaceRefusals.InvitationInvalid,
        "This invitation was used, revoked or replaced, is too old, or is for another e-mail address."));
}

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
public sealed record UserWorkspacesState
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>Every shared workspace that the user is a member of, and some others.</summary>
    public IReadOnlyList<Guid> Workspaces { get; init; } = [];
}
