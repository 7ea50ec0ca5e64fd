using System.Collections.Immutable;
using Ax2.Users;
using Ax2.Users.Emails;
using Microsoft.Extensions.Options;

namespace Ax2.Workspaces;

/// <summary>Members and their roles. Invitations are in <c>WorkspaceGrain.Invitations.cs</c>.</summary>
public sealed partial class WorkspaceGrain(
    [StoredState("workspace")] StoredState<WorkspaceState> state,
    UserEmails emails,
    SecurityLog securityLog,
    IOptions<WorkspaceOptions> options,
    TimeProvider time) : Grain, IWorkspaceGrain, IInternalWorkspaceGrain
{
    private IGrainTimer? _deactivation;

    private WorkspaceState Workspace => state.Value;

    private Guid Id => this.GetPrimaryKey();

    public async Task<WorkspaceView?> Get(Guid userId)
    {
        if (state.Exists)
        {
            return Find(userId) is { } member ? View(member.Role) : null;
        }

        if (await HomeOf(userId) is not null)
        {
            return Home(Id);
        }

        // A flood of invented ids must not fill the memory.
        _deactivation ??= this.DeactivateAfterDelay();
        return null;
    }

    public async Task<ImmutableArray<MemberView>?> ListMembers(Guid userId)
    {
        if (!state.Exists)
        {
            return await HomeOf(userId) is { } own
                ? [View(new Member(userId, WorkspaceRole.Owner, own.CreatedAt), own)]
                : null;
        }

        return Find(userId) is null
            ? null
            : [.. await Task.WhenAll(Workspace.Members.Select(async member => View(
                member, await Profile(member.UserId))))];
    }

    public async Task<Refusal?> Rename(Guid actor, string name, Device device)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (await RefuseToManage(actor) is { } refusal)
        {
            return refusal;
        }

        if (WorkspaceName.Read(name) is not { } text)
        {
            return WorkspaceName.Refusal();
        }

        await state.UpdateAsync(workspace => workspace with { Name = text });
        await Log(actor, "workspace_rename", device);
        return null;
    }

    public async Task<Refusal?> ChangeRole(Guid actor, Guid member, WorkspaceRole role, Device device)
    {
        if (!Enum.IsDefined(role))
        {
            throw new ArgumentOutOfRangeException(nameof(role));
        }

        if (await RefuseToManage(actor) is { } refusal)
        {
            return refusal;
        }

        if (Find(member) is not { } found)
        {
            return NoMember();
        }

        if (role != WorkspaceRole.Owner && IsLastOwner(found))
        {
            return NoOwnerLeft();
        }

        await state.UpdateAsync(workspace => workspace with
        {
            Members = [.. workspace.Members.Select(one => one == found ? one with { Role = role } : one)],
        });
        await Log(actor, "member_role", device, new { member, from = found.Role.ToString(), to = role.ToString() });
        return null;
    }

    public async Task<Refusal?> Remove(Guid actor, Guid member, Device device)
    {
        var isLeaving = actor == member && Find(member) is not null;
        if (!isLeaving && await RefuseToManage(actor) is { } refusal)
        {
            return refusal;
        }

        if (Find(member) is not { } found)
        {
            return NoMember();
        }

        if (IsLastOwner(found))
        {
            return NoOwnerLeft();
        }

        await state.UpdateAsync(workspace => workspace with
        {
            Members = [.. workspace.Members.Where(one => one != found)],
        });
        await Log(actor, isLeaving ? "member_leave" : "member_remove", device, new { member });
        return null;
    }

    public async Task<WorkspaceView> Open(Guid owner, string name, Device device)
    {
        if (state.Exists)
        {
            throw new InvalidOperationException("This workspace was made before.");
        }

        await state.UpdateAsync(_ => new WorkspaceState
        {
            Name = name,
            Members = [new Member(owner, WorkspaceRole.Owner, time.GetUtcNow())],
        });
        await Log(owner, "workspace_create", device);
        return View(WorkspaceRole.Owner);
    }

    public async Task RemoveDeletedUser(Guid userId)
    {
        if (Find(userId) is not { } found)
        {
            return;
        }

        var others = Workspace.Members.Where(member => member != found).ToList();
        if (IsLastOwner(found) && others.Count > 0)
        {
            others[0] = others[0] with { Role = WorkspaceRole.Owner };
        }

        await state.UpdateAsync(workspace => workspace with { Members = others });
    }

    internal static WorkspaceView Home(Guid id) => new(id, "", WorkspaceRole.Owner, IsHome: true);

    private Member? Find(Guid userId) => Workspace.Members.FirstOrDefault(member => member.UserId == userId);

    /// <summary>The user, when this is the user's own workspace.</summary>
    private async Task<UserProfile?> HomeOf(Guid userId) =>
        await Profile(userId) is { } profile && profile.HomeWorkspaceId == Id ? profile : null;

    /// <summary>Null when the actor is an owner of this shared workspace.</summary>
    private async Task<Refusal?> RefuseToManage(Guid actor) => await Get(actor) switch
    {
        null => new Refusal(WorkspaceRefusals.Unknown, "There is no such workspace."),
        { IsHome: true } => new Refusal(
            WorkspaceRefusals.IsHome, "Your own workspace is yours alone: make one to share."),
        { Role: WorkspaceRole.Owner } => null,
        _ => new Refusal(WorkspaceRefusals.RoleInsufficient, "This needs the role owner in the workspace."),
    };

    private bool IsLastOwner(Member member) =>
        member.Role == WorkspaceRole.Owner && Workspace.Members.Count(one => one.Role == WorkspaceRole.Owner) == 1;

    private WorkspaceView View(WorkspaceRole role) => new(Id, Workspace.Name, role, IsHome: false);

    private static MemberView View(Member member, UserProfile? profile) =>
        new(member.UserId, profile?.DisplayName ?? "", profile?.Email ?? "", member.Role, member.JoinedAt);

    private Task Log(Guid actor, string action, Device device, object? content = null) =>
        securityLog.Record(actor.ToString(), action, $"workspace/{Id}", device, content);

    private static Refusal NoMember() => new(WorkspaceRefusals.MemberUnknown, "There is no such member.");

    private static Refusal NoOwnerLeft() =>
        new(WorkspaceRefusals.LastOwner, "A workspace has at least one owner: make somebody else one first.");
}
