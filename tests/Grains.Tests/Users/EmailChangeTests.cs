using Xunit;

namespace Ax2.Users;

/// <summary>A new address for an account: by the password and the new mailbox, never by one of them.</summary>
[Collection(nameof(GrainCluster))]
public sealed class EmailChangeTests(GrainCluster cluster) : AccountTest(cluster)
{
    [Fact]
    public async Task ChangeEmail_TakesThePasswordAndTheNewMailbox_AndTellsTheOldOne()
    {
        await Register();
        var oldReset = await AskReset();
        Assert.Equal(
            UserRefusals.PasswordWrong, (await User.ChangeEmail("wrong", OtherEmail, Device, Cancellation))!.Code);

        Assert.Null(await User.ChangeEmail(Password, OtherEmail.ToUpperInvariant(), Device, Cancellation));
        Assert.Equal(Email, (await User.GetProfile())!.Email);
        Assert.Null(await User.ConfirmEmailChange(await Secret(OtherEmail, "/email#", 1), Device));

        var profile = (await User.GetProfile())!;
        Assert.Equal((OtherEmail, true), (profile.Email, profile.IsEmailVerified));
        await Cluster.Mailer.WaitForAsync(Email, "another email address");
        Assert.Equal(Id, await Owner(OtherEmail));
        Assert.Null(await Owner(Email));
        AssertBad(await User.ResetPassword(oldReset, NewPassword, Device, Cancellation));
        var next = Cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        Assert.NotNull((await next.Register(new RegisterUser(Email, Password, ""), Cancellation)).Profile);
    }

    [Fact]
    public async Task ChangeEmail_ToAnotherUsersAddress_AnswersTheSameAndTellsThatUser()
    {
        await Register();
        var other = Cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        await other.Register(new RegisterUser(OtherEmail, Password, ""), Cancellation);

        Assert.Null(await User.ChangeEmail(Password, OtherEmail, Device, Cancellation));

        await Cluster.Mailer.WaitForAsync(OtherEmail, "already");
        Assert.Null((await Cluster.Storage.Read<UserState>(User, "user")).EmailChange);
    }

    [Fact]
    public async Task ChangeEmail_AddressTakenMeanwhile_IsRefusedAtTheEnd()
    {
        await Register();
        await User.ChangeEmail(Password, OtherEmail, Device, Cancellation);
        var secret = await Secret(OtherEmail, "/email#", 1);
        var faster = Cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        Assert.NotNull((await faster.Register(new RegisterUser(OtherEmail, Password, ""), Cancellation)).Profile);

        AssertBad(await User.ConfirmEmailChange(secret, Device));
        Assert.Equal(Email, (await User.GetProfile())!.Email);
    }
}
