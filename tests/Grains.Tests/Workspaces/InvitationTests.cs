using Ax2.Users;
using Xunit;

namespace Ax2.Workspaces;

[Collection(nameof(GrainCluster))]
public sealed class InvitationTests(GrainCluster cluster) : WorkspaceTest(cluster)
{
    [Fact]
    public async Task Invitation_IsGoodOnce()
    {
        var (owner, id) = await Share();
        var user = await SignUp();
        var token = await Invite(owner, id, user.Email.ToUpperInvariant(), WorkspaceRole.Editor);

        var joined = await Of(user).Accept(token, Device);
        await Workspace(id).Remove(owner.UserId, user.UserId, Device);
        var again = await Of(user).Accept(token, Device);

        Assert.Equal(WorkspaceRole.Editor, joined.Workspace!.Role);
        Assert.Equal(WorkspaceRefusals.InvitationInvalid, again.Refusal!.Code);
        Assert.Null(await Workspace(id).Get(user.UserId));
    }

    [Fact]
    public async Task Invitation_AcceptedTwiceAtOnce_MakesOneMember()
    {
        var (owner, id) = await Share();
        var user = await SignUp();
        var token = await Invite(owner, id, user.Email, WorkspaceRole.Editor);

        var answers = await Task.WhenAll(Of(user).Accept(token, Device), Of(user).Accept(token, Device));

        Assert.Single(answers, answer => answer.Workspace is not null);
        Assert.Equal(2, (await Workspace(id).ListMembers(owner.UserId))!.Value.Length);
    }

    [Fact]
    public async Task Invitation_OfAnotherAddress_IsGoodForNobodyElse()
    {
        var (owner, id) = await Share();
        var invited = await SignUp();
        var thief = await SignUp();
        var token = await Invite(owner, id, invited.Email, WorkspaceRole.Owner);

        Assert.Equal(WorkspaceRefusals.InvitationInvalid, (await Of(thief).Accept(token, Device)).Refusal!.Code);
        Assert.NotNull((await Of(invited).Accept(token, Device)).Workspace);
    }

    [Fact]
    public async Task Invitation_TooOldRevokedOrReplaced_IsNone()
    {
        var (owner, id) = await Share();
        var user = await SignUp();
        var old = await Invite(owner, id, user.Email, WorkspaceRole.Viewer);
        Cluster.Clock.Advance(new WorkspaceOptions().InvitationLifetime);
        await AssertInvalid(user, old);
        var replaced = await Invite(owner, id, user.Email, WorkspaceRole.Viewer);
        var revoked = await Workspace(id).Invite(owner.UserId, user.Email, WorkspaceRole.Owner, Device);
        await AssertInvalid(user, replaced);
        Assert.Single((await Workspace(id).ListInvitations(owner.UserId))!.Value);

        Assert.Null(await Workspace(id).RevokeInvitation(owner.UserId, revoked.Invitation!.InvitationId, Device));

        await AssertInvalid(user, revoked.Token!);
        Assert.Empty((await Workspace(id).ListInvitations(owner.UserId))!.Value);
        Assert.Equal(
            WorkspaceRefusals.InvitationUnknown,
            (await Workspace(id).RevokeInvitation(owner.UserId, revoked.Invitation.InvitationId, Device))!.Code);
    }

    [Fact]
    public async Task Token_MadeUp_IsNone_AndCostsNoWrite()
    {
        var (_, id) = await Share();
        var user = await SignUp();

        foreach (var token in new[]
        {
            "", "x", "ax2i_", $"ax2i_{id:N}_", $"ax2i_{id:N}_{SecretToken.Create()}",
            new InvitationToken(Guid.CreateVersion7(), SecretToken.Create()).ToString(),
            new InvitationToken(user.HomeWorkspaceId, SecretToken.Create()).ToString(), new string('x', 10_000),
        })
        {
            await AssertInvalid(user, token);
        }

        Assert.Equal(0, Cluster.Storage.WritesOf(Of(user)));
    }

    [Fact]
    public async Task Secret_IsStoredAsItsHashAlone()
    {
        var (owner, id) = await Share();
        var token = InvitationToken.Read(await Invite(owner, id, "a@example.com", WorkspaceRole.Viewer))!;

        var stored = await Cluster.Storage.Read<WorkspaceState>(Workspace(id), "workspace");

        Assert.NotEqual(token.Secret, Assert.Single(stored.Invitations).SecretHash);
        Assert.DoesNotContain(Cluster.Audit.Entries, e => e.Content.Contains(token.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Member_InvitedAgain_KeepsTheRole()
    {
        var (owner, id) = await Share();
        var viewer = await Join(owner, id, WorkspaceRole.Viewer);
        var token = await Invite(owner, id, viewer.Email, WorkspaceRole.Owner);

        Assert.Equal(WorkspaceRole.Viewer, (await Of(viewer).Accept(token, Device)).Workspace!.Role);
        Assert.Equal(2, (await Workspace(id).ListMembers(owner.UserId))!.Value.Length);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("a@b")]
    [InlineData("a@example.com\r\nBcc: b@example.com")]
    public async Task Invite_WhatIsNoAddress_IsRefused(string email)
    {
        var (owner, id) = await Share();

        var answer = await Workspace(id).Invite(owner.UserId, email, WorkspaceRole.Viewer, Device);

        Assert.Equal(UserRefusals.EmailInvalid, answer.Refusal!.Code);
    }

    [Fact]
    public async Task Invite_TooOftenInADay_IsRefusedUntilTheNext()
    {
        var (owner, id) = await Share();
        for (var i = 0; i < new WorkspaceOptions().MaxInvitationsPerDay; i++)
        {
            Assert.NotNull(await Invite(owner, id, "a@example.com", WorkspaceRole.Viewer));
        }

        var answer = await Workspace(id).Invite(owner.UserId, "a@example.com", WorkspaceRole.Viewer, Device);
        Assert.Equal(WorkspaceRefusals.TooManyInvitations, answer.Refusal!.Code);
        Cluster.Clock.Advance(TimeSpan.FromDays(1));

        Assert.NotNull(await Invite(owner, id, "a@example.com", WorkspaceRole.Viewer));
    }

    [Fact]
    public async Task Invite_MoreThanTheWorkspaceHolds_IsRefused()
    {
        var (owner, id) = await Share();
        for (var i = 1; i < new WorkspaceOptions().MaxMembers; i++)
        {
            Assert.NotNull(await Invite(owner, id, $"a{i}@example.com", WorkspaceRole.Viewer));
        }

        var answer = await Workspace(id).Invite(owner.UserId, "b@example.com", WorkspaceRole.Viewer, Device);

        Assert.Equal(WorkspaceRefusals.TooManyMembers, answer.Refusal!.Code);
    }

    private async Task AssertInvalid(UserProfile user, string token) =>
        Assert.Equal(WorkspaceRefusals.InvitationInvalid, (await Of(user).Accept(token, Device)).Refusal!.Code);
}
