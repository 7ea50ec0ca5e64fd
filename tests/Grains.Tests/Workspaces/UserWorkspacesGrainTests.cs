using Xunit;

namespace Ax2.Workspaces;

[Collection(nameof(GrainCluster))]
public sealed class UserWorkspacesGrainTests(GrainCluster cluster) : WorkspaceTest(cluster)
{
    [Fact]
    public async Task List_HasTheOwnFirst_ThenTheSharedOnesByJoining()
    {
        var (owner, id) = await Share();
        var user = await Join(owner, id, WorkspaceRole.Billing);
        var made = (await Of(user).Create("  Studio ", Device)).Workspace!;
        await Cluster.Deactivate(Of(user));

        Assert.Equal(
            [
                new WorkspaceView(user.HomeWorkspaceId, "", WorkspaceRole.Owner, true),
                new WorkspaceView(id, "Newsroom", WorkspaceRole.Billing, false),
                new WorkspaceView(made.WorkspaceId, "Studio", WorkspaceRole.Owner, false),
            ],
            await Of(user).List());
    }

    [Fact]
    public async Task List_OfNobody_IsEmpty() =>
        Assert.Empty(await Cluster.Grains.GetGrain<IUserWorkspacesGrain>(Guid.CreateVersion7()).List());

    /// <summary>The membership is the truth: an entry without one is shown to nobody.</summary>
    [Fact]
    public async Task Accept_FailingAtTheWorkspace_ShowsNothing_AndMayBeRepeated()
    {
        var (owner, id) = await Share();
        var user = await SignUp();
        var token = await Invite(owner, id, user.Email, WorkspaceRole.Editor);
        Cluster.Storage.FailNextWriteOf(Workspace(id));

        await Assert.ThrowsAnyAsync<Exception>(() => Of(user).Accept(token, Device));

        Assert.Single(await Of(user).List());
        Assert.NotNull((await Of(user).Accept(token, Device)).Workspace);
        Assert.Equal(2, (await Of(user).List()).Length);
    }

    /// <summary>The other way round there would be a member who does not know it.</summary>
    [Fact]
    public async Task Accept_FailingAtTheList_MakesNoMember_AndUsesNothingUp()
    {
        var (owner, id) = await Share();
        var user = await SignUp();
        var token = await Invite(owner, id, user.Email, WorkspaceRole.Editor);
        Cluster.Storage.FailNextWriteOf(Of(user));

        await Assert.ThrowsAnyAsync<Exception>(() => Of(user).Accept(token, Device));

        Assert.Null(await Workspace(id).Get(user.UserId));
        Assert.NotNull((await Of(user).Accept(token, Device)).Workspace);
    }

    [Fact]
    public async Task Create_FailingAtTheWorkspace_ShowsNothing()
    {
        var user = await SignUp();
        Cluster.Storage.FailNextWriteOf(Of(user));

        await Assert.ThrowsAnyAsync<Exception>(() => Of(user).Create("Studio", Device));

        Assert.Single(await Of(user).List());
        Assert.NotNull((await Of(user).Create("Studio", Device)).Workspace);
        Assert.Equal(2, (await Of(user).List()).Length);
    }

    [Fact]
    public async Task Delete_MemberOfWorkspaces_IsRemovedAndTheOldestOtherMemberBecomesOwner()
    {
        var (owner, id) = await Share();
        var heir = await Join(owner, id, WorkspaceRole.Viewer);
        var later = await Join(owner, id, WorkspaceRole.Editor);
        var record = Cluster.Grains.GetGrain<IInternalUserWorkspacesGrain>(owner.UserId);

        await record.Delete();
        await record.Delete();

        Assert.Null(await Workspace(id).Get(owner.UserId));
        Assert.Equal(WorkspaceRole.Owner, (await Workspace(id).Get(heir.UserId))!.Role);
        Assert.Equal(WorkspaceRole.Editor, (await Workspace(id).Get(later.UserId))!.Role);
        Assert.Single(await Of(owner).List());
    }

    [Fact]
    public async Task Create_MoreThanTheLimit_IsRefused_AndLeavingMakesRoom()
    {
        var user = await SignUp();
        for (var i = 0; i < new WorkspaceOptions().MaxPerUser; i++)
        {
            Assert.NotNull((await Of(user).Create("Studio", Device)).Workspace);
        }

        var (owner, id) = await Share();
        var token = await Invite(owner, id, user.Email, WorkspaceRole.Viewer);
        Assert.Equal(WorkspaceRefusals.TooMany, (await Of(user).Create("Studio", Device)).Refusal!.Code);
        Assert.Equal(WorkspaceRefusals.TooMany, (await Of(user).Accept(token, Device)).Refusal!.Code);

        var left = (await Of(user).List())[1].WorkspaceId;
        var heir = await Join(user, left, WorkspaceRole.Owner);
        Assert.Null(await Workspace(left).Remove(heir.UserId, user.UserId, Device));

        Assert.NotNull((await Of(user).Accept(token, Device)).Workspace);
    }
}
