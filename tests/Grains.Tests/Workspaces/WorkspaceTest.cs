using Ax2.TestKit.Users;
using Ax2.Users;
using Xunit;

namespace Ax2.Workspaces;

/// <summary>What the tests of workspaces share: users, and a shared workspace with an owner.</summary>
public abstract class WorkspaceTest
{
    protected static readonly Device Device = new("curl/8.5.0", "203.0.113.7");

    protected WorkspaceTest(GrainCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.Reset();
        Cluster = cluster;
    }

    protected GrainCluster Cluster { get; }

    protected IWorkspaceGrain Workspace(Guid id) => Cluster.Grains.GetGrain<IWorkspaceGrain>(id);

    protected IUserWorkspacesGrain Of(UserProfile user) => Cluster.Grains.GetGrain<IUserWorkspacesGrain>(user.UserId);

    protected async Task<UserProfile> SignUp()
    {
        var email = $"user-{Guid.CreateVersion7():N}@example.com";
        var user = Cluster.Grains.GetGrain<IInternalUserGrain>(Guid.CreateVersion7());
        return (await user.RegisterVerified(new RegisterUser(email, "correct horse battery", "김민지"))).Profile!;
    }

    protected async Task<(UserProfile Owner, Guid Id)> Share()
    {
        var owner = await SignUp();
        var answer = await Of(owner).Create("Newsroom", Device);
        return (owner, answer.Workspace!.WorkspaceId);
    }

    /// <summary>The token of the mail.</summary>
    /// <param name="count">How many invitations the address has had by this one.</param>
    protected async Task<string> Invite(
        UserProfile owner, Guid id, string email, WorkspaceRole role, int count = 1)
    {
        var answer = await Workspace(id).Invite(owner.UserId, email, role, Device);
        return RecordingMailer.TokenIn(
            await Cluster.Mailer.WaitForAsync(answer.Invitation!.Email, "/workspaces#", count));
    }

    protected async Task<UserProfile> Join(UserProfile owner, Guid id, WorkspaceRole role)
    {
        var user = await SignUp();
        var answer = await Of(user).Accept(await Invite(owner, id, user.Email, role), Device);
        Assert.Equal(role, answer.Workspace!.Role);
        return user;
    }
}
