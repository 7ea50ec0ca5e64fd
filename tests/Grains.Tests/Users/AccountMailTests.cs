using Ax2.Admin;
using Ax2.TestKit.Users;
using Xunit;

namespace Ax2.Users;

/// <summary>What people do by the links in mails, and what must not work with them.</summary>
[Collection(nameof(GrainCluster))]
public sealed class AccountMailTests(GrainCluster cluster) : AccountTest(cluster)
{
    [Fact]
    public async Task Verify_ByTheMailedLink_Once()
    {
        var secret = await Register();

        Assert.Null(await User.VerifyEmail(secret, Device));

        Assert.True((await User.GetProfile())!.IsEmailVerified);
        AssertBad(await User.VerifyEmail(secret, Device));
        Assert.Contains(Cluster.Audit.Entries, e => e.Action == "email_verify" && e.Actor == Id.ToString());
    }

    [Fact]
    public async Task Secret_IsStoredHashedAlone()
    {
        var secret = await Register();

        var stored = await Cluster.Storage.Read<UserState>(User, "user");

        Assert.NotNull(stored.Verification);
        Assert.DoesNotContain(secret, stored.ToString(), StringComparison.Ordinal);
        Assert.Equal(64, secret.Length);
    }

    [Fact]
    public async Task Verify_WrongOldOrReplacedLink_IsRefused()
    {
        var first = await Register();
        AssertBad(await User.VerifyEmail(SecretToken.Create(), Device));
        AssertBad(await User.VerifyEmail("", Device));

        Cluster.Clock.Advance(Rules.LinkInterval);
        await User.SendVerification();
        var second = await Secret(Email, "/verify#", 2);
        AssertBad(await User.VerifyEmail(first, Device));

        Cluster.Clock.Advance(Rules.VerificationLifetime);
        AssertBad(await User.VerifyEmail(second, Device));
        Assert.False((await User.GetProfile())!.IsEmailVerified);
    }

    [Fact]
    public async Task Link_IsGoodForItsOwnPurposeAndUserAlone()
    {
        var verification = await Register();
        var reset = await AskReset();
        var stranger = Cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        await stranger.Register(new RegisterUser(OtherEmail, Password, ""), Cancellation);

        AssertBad(await User.ResetPassword(verification, NewPassword, Device, Cancellation));
        AssertBad(await User.VerifyEmail(reset, Device));
        AssertBad(await User.ConfirmEmailChange(reset, Device));
        AssertBad(await stranger.ResetPassword(reset, NewPassword, Device, Cancellation));
        AssertBad(await stranger.VerifyEmail(verification, Device));
    }

    [Fact]
    public async Task AskedAgainAtOnce_SendsNoSecondMail()
    {
        await Register();
        await User.SendVerification();
        var reset = await AskReset();
        await Record.SendReset();

        Assert.Null(await User.ResetPassword(reset, NewPassword, Device, Cancellation));
        // The mail about the new password is the third.
        await Cluster.Mailer.WaitForAsync(Email, "was changed");
        Assert.Equal(3, Cluster.Mailer.SentTo(Email).Count);
    }

    [Fact]
    public async Task Reset_ByTheMailedLink_ChangesThePasswordAndEndsEverySession()
    {
        await Register();
        var session = await OpenSession();
        var secret = await AskReset();

        Assert.Null(await User.ResetPassword(secret, NewPassword, Device, Cancellation));

        Assert.Null(await User.SignIn(Password, Cancellation));
        Assert.True((await User.SignIn(NewPassword, Cancellation))!.IsEmailVerified);
        Assert.Null(await Cluster.Grains.GetGrain<ISessionGrain>(session).Get());
        AssertBad(await User.ResetPassword(secret, Password, Device, Cancellation));
        await Cluster.Mailer.WaitForAsync(Email, "Your password was changed");
        Assert.Contains(Cluster.Audit.Entries, e => e.Action == "password_reset" && e.Actor == Id.ToString());
    }

    /// <summary>Somebody signed up with an address that is another's, and left ways in open.</summary>
    [Fact]
    public async Task Reset_OfAnAccountThatWasNeverVerified_ShutsEveryWayInOfWhoeverMadeIt()
    {
        await Register();
        var key = await NewKey();

        Assert.Null(await User.ResetPassword(await AskReset(), NewPassword, Device, Cancellation));
        Assert.Null(await Cluster.Grains.GetGrain<IApiKeyGrain>(key).Verify());

        var own = await NewKey();
        Cluster.Clock.Advance(Rules.LinkInterval);
        Assert.Null(await User.ResetPassword(await AskReset(2), Password, Device, Cancellation));
        Assert.NotNull(await Cluster.Grains.GetGrain<IApiKeyGrain>(own).Verify());
    }

    [Fact]
    public async Task Reset_BadPassword_IsRefusedAndTheLinkStaysGood()
    {
        await Register();
        var secret = await AskReset();

        Assert.Equal(
            UserRefusals.PasswordTooCommon,
            (await User.ResetPassword(secret, "password1", Device, Cancellation))!.Code);

        Assert.Null(await User.ResetPassword(secret, NewPassword, Device, Cancellation));
    }

    [Fact]
    public async Task Reset_TooLate_IsRefused()
    {
        await Register();
        var secret = await AskReset();
        Cluster.Clock.Advance(Rules.ResetLifetime);

        AssertBad(await User.ResetPassword(secret, NewPassword, Device, Cancellation));
        Assert.NotNull(await User.SignIn(Password, Cancellation));
    }

    [Fact]
    public async Task Recovery_OfAKnownAndAnUnknownAddress_LeavesTheSameTrace()
    {
        await Register();
        var targets = new List<string>();
        var both = new TaskCompletionSource();
        var device = new Device("tests", $"the device of {Id:N}");
        Cluster.Audit.Appended += Note;
        var recovery = Cluster.Grains.GetGrain<IPasswordRecoveryGrain>(0);

        await recovery.Begin("no address", device);
        await recovery.Begin("x" + Email, device);
        await recovery.Begin(Email.ToUpperInvariant(), device);

        await Cluster.Mailer.WaitForAsync(Email, "/reset#");
        await both.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(
            new[] { EmailAddress.GrainKey("x" + Email), EmailAddress.GrainKey(Email) }.Order(), targets.Order());
        Assert.Equal((2, 0), (Cluster.Mailer.TriesTo(Email), Cluster.Mailer.TriesTo("x" + Email)));
        Cluster.Audit.Appended -= Note;

        void Note(AuditRecord record)
        {
            if (record.Address != device.Address)
            {
                return;
            }

            Assert.Equal((SecurityLog.Nobody, "password_reset_ask"), (record.Actor, record.Action));
            lock (targets)
            {
                targets.Add(record.Target);
                if (targets.Count == 2)
                {
                    both.SetResult();
                }
            }
        }
    }

    [Fact]
    public async Task ChangePassword_NeedsTheOldOne_AndEndsTheOtherSessions()
    {
        await Register();
        var (mine, theirs) = (await OpenSession(), await OpenSession());

        Assert.Equal(
            UserRefusals.PasswordWrong,
            (await User.ChangePassword("wrong", NewPassword, mine, Device, Cancellation))!.Code);
        Assert.NotNull(await Cluster.Grains.GetGrain<ISessionGrain>(theirs).Get());
        Assert.Null(await User.ChangePassword(Password, NewPassword, mine, Device, Cancellation));

        Assert.NotNull(await User.SignIn(NewPassword, Cancellation));
        Assert.NotNull(await Cluster.Grains.GetGrain<ISessionGrain>(mine).Get());
        Assert.Null(await Cluster.Grains.GetGrain<ISessionGrain>(theirs).Get());
        await Cluster.Mailer.WaitForAsync(Email, "Your password was changed");
        Assert.Contains(Cluster.Audit.Entries, e => e.Action == "password_wrong" && e.Actor == Id.ToString());
    }

    [Fact]
    public async Task Register_AddressThatIsTaken_IsToldToItsOwnerOnce()
    {
        await Register();

        for (var i = 0; i < 3; i++)
        {
            var stranger = Cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
            var answer = await stranger.Register(new RegisterUser(Email, NewPassword, ""), Cancellation);
            Assert.Equal(UserRefusals.EmailTaken, answer.Refusal!.Code);
        }

        await Cluster.Mailer.WaitForAsync(Email, "already");
        Assert.Equal(2, Cluster.Mailer.SentTo(Email).Count);
        Assert.NotNull(await User.SignIn(Password, Cancellation));
    }

    [Fact]
    public async Task Mails_SpeakTheUsersLanguage()
    {
        await User.Register(new RegisterUser(Email, Password, "", UserLanguages.Korean), Cancellation);

        var email = await Cluster.Mailer.WaitForAsync(Email, "/verify#");

        Assert.Equal(UserLanguages.Korean, email.Language);
        Assert.Matches("[가-힣]", email.Subject);
        Assert.Matches("[가-힣]", email.Text);
    }
}
