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
        var replaced = await Invite(owner, id, user.Email, WorkspaceRole.Viewer, count: 2);
        var revoked = await Invite(owner, id, user.Email, WorkspaceRole.Owner, count: 3);
        await AssertInvalid(user, replaced);
        var open = Assert.Single((await Workspace(id).ListInvitations(owner.UserId))!.Value);

        Assert.Null(await Workspace(id).RevokeInvitation(owner.UserId, open.InvitationId, Device));

        await AssertInvalid(user, revoked);
        Assert.Empty((await Workspace(id).ListInvitations(owner.UserId))!.Value);
        Assert.Equal(
            WorkspaceRefusals.InvitationUnknown,
            (await Workspace(id).RevokeInvitation(owner.UserId, open.InvitationId, Device))!.Code);
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
        var token = InvitationToken.Read(await Invite(
            owner, id, $"{Guid.CreateVersion7():N}@example.com", WorkspaceRole.Viewer))!;

        var stored = await Cluster.Storage.Read<WorkspaceState>(Workspace(id), "workspace");

        Assert.NotEqual(token.Secret, Assert.Single(stored.Invitations).SecretHash);
        Assert.DoesNotContain(Cluster.Audit.Entries, e => e.Content.Contains(token.Secret, StringComparison.Ordinal));
    }

    /// <summary>Whoever signed up with an address need not be the one who reads its mails.</summary>
    [Fact]
    public async Task Unverified_NeitherJoinsNorInvites()
    {
        var (owner, id) = await Share();
        var email = $"user-{Guid.CreateVersion7():N}@example.com";
        var user = (await Cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7())
            .Register(
                new RegisterUser(email, "correct horse battery", ""),
                TestContext.Current.CancellationToken)).Profile!;
        var token = await Invite(owner, id, email, WorkspaceRole.Editor);
        var made = (await Of(user).Create("Studio", Device)).Workspace!.WorkspaceId;

        var joined = await Of(user).Accept(token, Device);
        var invited = await Workspace(made).Invite(user.UserId, owner.Email, WorkspaceRole.Editor, Device);

        Assert.Equal(WorkspaceRefusals.EmailUnverified, joined.Refusal!.Code);
        Assert.Equal(WorkspaceRefusals.EmailUnverified, invited.Refusal!.Code);
    }

    [Fact]
    public async Task Mail_SaysNothingThatAStrangerWrote()
    {
        var (owner, id) = await Share();
        var user = await SignUp();
        await Invite(owner, id, user.Email, WorkspaceRole.Editor);

        var letter = await Cluster.Mailer.WaitForAsync(user.Email, "/workspaces#");

        Assert.DoesNotContain("Newsroom", letter.Subject + letter.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(owner.DisplayName, letter.Subject + letter.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_InvitedAgain_KeepsTheRole()
    {
        var (owner, id) = await Share();
        var viewer = await Join(owner, id, WorkspaceRole.Viewer);
        var token = await Invite(owner, id, viewer.Email, WorkspaceRole.Owner, count: 2);

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
        var address = $"{Guid.CreateVersion7():N}@example.com";
        for (var i = 0; i < new WorkspaceOptions().MaxInvitationsPerDay; i++)
        {
            Assert.Null((await Workspace(id).Invite(owner.UserId, address, WorkspaceRole.Viewer, Device)).Refusal);
        }

        var answer = await Workspace(id).Invite(owner.UserId, address, WorkspaceRole.Viewer, Device);
        Assert.Equal(WorkspaceRefusals.TooManyInvitations, answer.Refusal!.Code);
        Cluster.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Null((await Workspace(id).Invite(owner.UserId, address, WorkspaceRole.Viewer, Device)).Refusal);
    }

    [Fact]
    public async Task Invite_MoreThanTheWorkspaceHolds_IsRefused()
    {
        var (owner, id) = await Share();
        for (var i = 1; i < new WorkspaceOptions().MaxMembers; i++)
        {
            var one = await Workspace(id).Invite(owner.UserId, $"a{i}@example.com", WorkspaceRole.Viewer, Device);
            Assert.Null(one.Refusal);
        }

        var answer = await Workspace(id).Invite(owner.UserId, "b@example.com", WorkspaceRole.Viewer, Device);

        Assert.Equal(WorkspaceRefusals.TooManyMembers, answer.Refusal!.Code);
    }

    private async Task AssertInvalid(UserProfile user, string token) =>
        Assert.Equal(WorkspaceRefusals.InvitationInvalid, (await Of(user).Accept(token, Device)).Refusal!.Code);
}
