using Ax2.Users;
using Xunit;

namespace Ax2.Workspaces;

[Collection(nameof(GrainCluster))]
public sealed class WorkspaceGrainTests(GrainCluster cluster) : WorkspaceTest(cluster)
{
    [Fact]
    public async Task Home_IsThereWithoutBeingMade_ForItsUserAlone()
    {
        var user = await SignUp();
        var stranger = await SignUp();
        var home = Workspace(user.HomeWorkspaceId);

        Assert.Equal(
            new WorkspaceView(user.HomeWorkspaceId, "", WorkspaceRole.Owner, true), await home.Get(user.UserId));
        Assert.Equal(user.Email, Assert.Single((await home.ListMembers(user.UserId))!.Value).Email);
        Assert.Null(await home.Get(stranger.UserId));
        Assert.Null(await home.ListMembers(stranger.UserId));
    }

    [Fact]
    public async Task Home_IsNotShared()
    {
        var user = await SignUp();
        var home = Workspace(user.HomeWorkspaceId);

        Assert.Equal(
            WorkspaceRefusals.IsHome,
            (await home.Invite(user.UserId, "a@example.com", WorkspaceRole.Viewer, Device)).Refusal!.Code);
        Assert.Equal(WorkspaceRefusals.IsHome, (await home.Rename(user.UserId, "Mine", Device))!.Code);
        Assert.Equal(WorkspaceRefusals.IsHome, (await home.Remove(user.UserId, user.UserId, Device))!.Code);
    }

    [Fact]
    public async Task Unknown_IsNobodys()
    {
        var user = await SignUp();
        var nowhere = Workspace(Guid.CreateVersion7());

        Assert.Null(await nowhere.Get(user.UserId));
        Assert.Equal(WorkspaceRefusals.Unknown, (await nowhere.Rename(user.UserId, "Mine", Device))!.Code);
        Assert.False(await IsInvited(nowhere, user));
    }

    [Fact]
    public async Task Shared_SurvivesItsSilo_AndListsItsMembersByRole()
    {
        var (owner, id) = await Share();
        var editor = await Join(owner, id, WorkspaceRole.Editor);
        await Cluster.Deactivate(Workspace(id));

        var members = (await Workspace(id).ListMembers(editor.UserId))!.Value;

        Assert.Equal(
            [(owner.UserId, WorkspaceRole.Owner), (editor.UserId, WorkspaceRole.Editor)],
            members.Select(member => (member.UserId, member.Role)));
        Assert.Equal(
            new WorkspaceView(id, "Newsroom", WorkspaceRole.Editor, false), await Workspace(id).Get(editor.UserId));
    }

    [Theory]
    [InlineData(WorkspaceRole.Editor)]
    [InlineData(WorkspaceRole.Viewer)]
    [InlineData(WorkspaceRole.Billing)]
    public async Task Member_WhoIsNoOwner_ChangesNothing(WorkspaceRole role)
    {
        var (owner, id) = await Share();
        var member = (await Join(owner, id, role)).UserId;
        var grain = Workspace(id);

        Refusal?[] refusals =
        [
            await grain.Rename(member, "Mine", Device),
            await grain.ChangeRole(member, member, WorkspaceRole.Owner, Device),
            await grain.Remove(member, owner.UserId, Device),
            (await grain.Invite(member, "a@example.com", WorkspaceRole.Owner, Device)).Refusal,
            await grain.RevokeInvitation(member, Guid.CreateVersion7(), Device),
        ];

        Assert.All(refusals, refusal => Assert.Equal(WorkspaceRefusals.RoleInsufficient, refusal!.Code));
        Assert.Null(await grain.ListInvitations(member));
        Assert.Equal(role, (await grain.Get(member))!.Role);
    }

    [Fact]
    public async Task Stranger_CannotTellItFromOneThatIsNotThere()
    {
        var (owner, id) = await Share();
        var stranger = (await SignUp()).UserId;
        var (here, nowhere) = (Workspace(id), Workspace(Guid.CreateVersion7()));

        Assert.Null(await here.Get(stranger));
        Assert.Null(await here.ListMembers(stranger));
        Assert.Equal(
            await nowhere.Remove(stranger, owner.UserId, Device), await here.Remove(stranger, owner.UserId, Device));
        Assert.Equal(
            await nowhere.ChangeRole(stranger, stranger, WorkspaceRole.Owner, Device),
            await here.ChangeRole(stranger, stranger, WorkspaceRole.Owner, Device));
    }

    [Fact]
    public async Task LastOwner_CannotGo_UntilThereIsAnother()
    {
        var (owner, id) = await Share();
        var other = await Join(owner, id, WorkspaceRole.Editor);
        var grain = Workspace(id);

        Assert.Equal(WorkspaceRefusals.LastOwner, (await grain.Remove(owner.UserId, owner.UserId, Device))!.Code);
        Assert.Equal(
            WorkspaceRefusals.LastOwner,
            (await grain.ChangeRole(owner.UserId, owner.UserId, WorkspaceRole.Viewer, Device))!.Code);

        Assert.Null(await grain.ChangeRole(owner.UserId, other.UserId, WorkspaceRole.Owner, Device));
        Assert.Null(await grain.Remove(owner.UserId, owner.UserId, Device));
        Assert.Null(await grain.Get(owner.UserId));
        Assert.Equal(
            WorkspaceRefusals.LastOwner, (await grain.Remove(other.UserId, other.UserId, Device))!.Code);
    }

    [Fact]
    public async Task TwoOwners_LeavingAtOnce_LeaveOne()
    {
        var (owner, id) = await Share();
        var other = await Join(owner, id, WorkspaceRole.Owner);

        var refusals = await Task.WhenAll(
            Workspace(id).Remove(owner.UserId, owner.UserId, Device),
            Workspace(id).Remove(other.UserId, other.UserId, Device));

        Assert.Equal(WorkspaceRefusals.LastOwner, Assert.Single(refusals.OfType<Refusal>()).Code);
    }

    [Fact]
    public async Task Removed_IsOutAndSeesItNoMore()
    {
        var (owner, id) = await Share();
        var member = await Join(owner, id, WorkspaceRole.Viewer);

        Assert.Null(await Workspace(id).Remove(owner.UserId, member.UserId, Device));

        Assert.Null(await Workspace(id).Get(member.UserId));
        Assert.DoesNotContain(await Of(member).List(), workspace => workspace.WorkspaceId == id);
        Assert.Equal(
            WorkspaceRefusals.MemberUnknown,
            (await Workspace(id).Remove(owner.UserId, member.UserId, Device))!.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\u0000b")]
    [InlineData("a\nb")]
    public async Task Name_ThatIsNone_IsRefused(string name)
    {
        var (owner, id) = await Share();

        Assert.Equal(WorkspaceRefusals.NameInvalid, (await Workspace(id).Rename(owner.UserId, name, Device))!.Code);
        Assert.Equal(WorkspaceRefusals.NameInvalid, (await Of(owner).Create(name, Device)).Refusal!.Code);
        Assert.Equal(
            WorkspaceRefusals.NameInvalid, (await Of(owner).Create(new string('가', 101), Device)).Refusal!.Code);
    }

    [Fact]
    public async Task EveryChange_IsInTheAuditLog_WithoutAnAddress()
    {
        var (owner, id) = await Share();
        var grain = Workspace(id);
        await grain.Rename(owner.UserId, "Studio", Device);
        var member = await Join(owner, id, WorkspaceRole.Viewer);
        await grain.ChangeRole(owner.UserId, member.UserId, WorkspaceRole.Editor, Device);
        var open = await grain.Invite(owner.UserId, "b@example.com", WorkspaceRole.Viewer, Device);
        await grain.RevokeInvitation(owner.UserId, open.Invitation!.InvitationId, Device);
        await grain.Remove(owner.UserId, member.UserId, Device);
        var leaver = await Join(owner, id, WorkspaceRole.Viewer);
        await grain.Remove(leaver.UserId, leaver.UserId, Device);

        var entries = Cluster.Audit.Entries.Where(entry => entry.Target == $"workspace/{id}").ToList();

        string[] expected =
        [
            "workspace_create", "workspace_rename", "invitation_create", "invitation_accept", "member_role",
            "invitation_revoke", "member_remove", "member_leave",
        ];
        Assert.Equal(expected.Order(), entries.Select(entry => entry.Action).Distinct().Order());
        Assert.All(entries, entry => Assert.Equal(Device.Address, entry.Address));
        Assert.DoesNotContain(entries, entry => entry.Content.Contains('@', StringComparison.Ordinal));
    }

    private Task<bool> IsInvited(IWorkspaceGrain workspace, UserProfile user) =>
        Cluster.Grains.GetGrain<IInternalWorkspaceGrain>(workspace.GetPrimaryKey()).IsInvited(user.UserId, "x");
}
