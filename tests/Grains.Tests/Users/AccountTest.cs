using Ax2.TestKit.Users;
using Xunit;

namespace Ax2.Users;

/// <summary>A user of the cluster whose mails are read, for the tests of what accounts do by mail.</summary>
public abstract class AccountTest
{
    protected const string Password = "correct horse battery";
    protected const string NewPassword = "another staple entirely";

    protected AccountTest(GrainCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        Cluster = cluster;
        cluster.Reset();
        User = cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
    }

    protected static Device Device { get; } = new("tests", "203.0.113.7");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static AccountOptions Rules { get; } = new();

    protected GrainCluster Cluster { get; }

    protected IUserGrain User { get; }

    protected string Email { get; } = $"user-{Guid.CreateVersion7():N}@example.com";

    protected string OtherEmail { get; } = $"other-{Guid.CreateVersion7():N}@example.com";

    protected Guid Id => User.GetPrimaryKey();

    protected IInternalUserGrain Record => Cluster.Grains.GetGrain<IInternalUserGrain>(Id);

    protected static void AssertBad(Refusal? refusal) => Assert.Equal(UserRefusals.LinkInvalid, refusal?.Code);

    protected async Task<string> Register()
    {
        Assert.NotNull((await User.Register(new RegisterUser(Email, Password, ""), Cancellation)).Profile);
        return await Secret(Email, "/verify#", 1);
    }

    protected async Task<string> AskReset(int count = 1)
    {
        await Record.SendReset();
        return await Secret(Email, "/reset#", count);
    }

    protected async Task<string> Secret(string address, string page, int count)
    {
        var email = await Cluster.Mailer.WaitForAsync(address, page, count);
        var token = MailToken.Read(RecordingMailer.TokenIn(email))!;
        Assert.Equal(Id, token.UserId);
        return token.Secret;
    }

    protected async Task<string> NewKey()
    {
        var made = await Cluster.Grains.GetGrain<IUserApiKeysGrain>(Id).Create(
            new CreateApiKey(Guid.CreateVersion7(), "nightly", [ApiKeyScopes.JobsRead], TimeSpan.FromDays(9)), Device);
        return ApiKeyToken.GrainKey(made.Token)!;
    }

    protected async Task<Guid> OpenSession() => (await Cluster.Grains.GetGrain<IInternalUserSessionsGrain>(Id).Open(
        new OpenSession(Id, Guid.CreateVersion7(), ["pwd"], Device))).SessionId;

    protected Task<Guid?> Owner(string email) =>
        Cluster.Grains.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(email)).GetOwner();
}
