using Ax2.Credits;
using Ax2.TestKit.Users;
using Xunit;

namespace Ax2.Users;

[Collection(nameof(GrainCluster))]
public sealed class UserGrainTests
{
    private const string Password = "correct horse battery";
    private readonly string _email = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly GrainCluster cluster;

    public UserGrainTests(GrainCluster cluster)
    {
        this.cluster = cluster;
        cluster.Reset();
    }

    [Fact]
    public async Task Register_NewUser_HasAWorkspace_AndItsCreditsOnceTheAddressIsVerified()
    {
        var user = User();
        var answer = await user.Register(new RegisterUser(_email.ToUpperInvariant(), Password, "김민지"), Cancellation);

        Assert.Equal(_email, answer.Profile!.Email);
        Assert.Equal("김민지", answer.Profile.DisplayName);
        Assert.False(answer.Profile.IsEmailVerified);
        var account = cluster.Grains.GetGrain<ICreditAccountGrain>(answer.Profile.HomeWorkspaceId);
        Assert.Equal(CreditBalance.Zero, await account.GetBalance());
        var link = MailToken.Read(RecordingMailer.TokenIn(await cluster.Mailer.WaitForAsync(_email, "/verify#")))!;
        Assert.Null(await user.VerifyEmail(link.Secret, new Device("", "")));
        Assert.Equal(new CreditBalance(new PriceListOptions().WelcomeCredits, 0), await account.GetBalance());
    }

    [Fact]
    public async Task Register_NewUser_IsInTheAuditLogWithItsAddress()
    {
        var user = User();
        var command = new RegisterUser(_email, Password, "", Device: new Device("a browser", "192.0.2.7"));

        await user.Register(command, Cancellation);
        await user.Register(command, Cancellation);

        var entry = Assert.Single(cluster.Audit.Entries, entry => entry.Target == $"user/{user.GetPrimaryKey()}");
        Assert.Equal(("sign_up", "192.0.2.7"), (entry.Action, entry.Address));
    }

    [Fact]
    public async Task Register_Repeated_IsTheSameUserWelcomedOnce()
    {
        var user = cluster.Grains.GetGrain<IInternalUserGrain>(Guid.CreateVersion7());
        var first = await user.RegisterVerified(new RegisterUser(_email, Password, ""));
        await cluster.Deactivate(user);

        var again = await user.RegisterVerified(new RegisterUser(_email, Password, ""));

        Assert.Equal(first, again);
        var account = cluster.Grains.GetGrain<ICreditAccountGrain>(first.Profile!.HomeWorkspaceId);
        Assert.Equal(new PriceListOptions().WelcomeCredits, (await account.GetBalance()).PostedCredits);
    }

    [Fact]
    public async Task Register_SameAddressAtOnce_OnlyOneWins()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => User().Register(new RegisterUser(_email, Password, ""), Cancellation)));

        Assert.Single(answers, a => a.Profile is not null);
        Assert.Equal(7, answers.Count(a => a.Refusal?.Code == UserRefusals.EmailTaken));
    }

    [Theory]
    [InlineData("nobody", Password, UserRefusals.EmailInvalid)]
    [InlineData("a@example.com", "1234567", UserRefusals.PasswordTooShort)]
    [InlineData("a@example.com", "123456789", UserRefusals.PasswordTooCommon)]
    [InlineData("gildong.hong@example.com", "Gildong.Hong@Example.com1", UserRefusals.PasswordTooPersonal)]
    public async Task Register_BadInput_IsRefused(string email, string password, string code)
    {
        var answer = await User().Register(new RegisterUser(email, password, ""), Cancellation);

        Assert.Equal(code, answer.Refusal?.Code);
        Assert.Null(answer.Profile);
    }

    [Fact]
    public async Task Register_PasswordTooLong_IsRefused()
    {
        var answer = await User().Register(new RegisterUser(_email, new string('x', 129), ""), Cancellation);

        Assert.Equal(UserRefusals.PasswordTooLong, answer.Refusal?.Code);
    }

    [Fact]
    public async Task SignIn_RightPassword_IsTheProfile_WrongOne_IsNull()
    {
        var user = User();
        var profile = (await user.Register(new RegisterUser(_email, Password, ""), Cancellation)).Profile;

        Assert.Equal(profile, await user.SignIn(Password, Cancellation));
        Assert.Null(await user.SignIn(Password + "!", Cancellation));
        Assert.Null(await user.SignIn(new string('x', 1000), Cancellation));
    }

    [Fact]
    public async Task SignIn_UnknownUser_CostsACheckToo()
    {
        var before = cluster.Passwords.Checks;

        Assert.Null(await User().SignIn(Password, Cancellation));
        Assert.Equal(before + 1, cluster.Passwords.Checks);
    }

    [Fact]
    public async Task SetPlan_IsStored_AndANewUserIsOfTheStandardOne()
    {
        var user = User();
        var profile = (await user.Register(new RegisterUser(_email, Password, ""), Cancellation)).Profile!;
        Assert.Equal("standard", profile.Plan);

        await user.SetPlan("business");
        await user.SetPlan("business");
        await cluster.Deactivate(user);

        Assert.Equal(profile with { Plan = "business" }, await user.GetProfile());
    }

    [Fact]
    public async Task SetPlan_NobodyRegistered_StoresNothing()
    {
        var user = User();

        Assert.Null(await user.SetPlan("business"));
        Assert.Equal(0, cluster.Storage.WritesOf(user));
    }

    [Fact]
    public async Task SetPlan_WhatCannotBeAName_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>(() => User().SetPlan("Not a plan"));

    [Fact]
    public async Task SignIn_HashOfLessEffort_IsMadeAnew()
    {
        var user = User();
        await user.Register(new RegisterUser(_email, Password, ""), Cancellation);
        await cluster.Storage.Overwrite<UserState>(user, "user", s => s with { PasswordHash = "weak:" + Password });
        await cluster.Deactivate(user);

        Assert.Null(await user.SignIn("not " + Password, Cancellation));
        Assert.Equal("weak:" + Password, (await Stored(user)).PasswordHash);
        Assert.NotNull(await user.SignIn(Password, Cancellation));
        Assert.Equal(cluster.Passwords.Parameters + Password, (await Stored(user)).PasswordHash);
        Assert.NotNull(await user.SignIn(Password, Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<UserState> Stored(IUserGrain user) => cluster.Storage.Read<UserState>(user, "user");

    private IUserGrain User() => cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
}
