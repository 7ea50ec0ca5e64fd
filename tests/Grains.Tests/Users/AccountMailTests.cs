using Ax2.Admin;
using Ax2.TestKit.Users;
using Xunit;

namespace Ax2.Users;

/// <summary>What people do by the links in mails, and what must not work with them.</summary>
[Collection(nameof(GrainCluster))]
public sealed class AccountMailTests
{
    private const string Password = "correct horse battery";
    private const string NewPassword = "another staple entirely";
    private static readonly Device _device = new("tests", "203.0.113.7");
    private static readonly AccountOptions _options = new();
    private readonly string _email = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly string _other = $"other-{Guid.CreateVersion7():N}@example.com";
    private readonly GrainCluster _cluster;
    private readonly IUserGrain _user;

    public AccountMailTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
        _user = cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
    }

    private Guid Id => _user.GetPrimaryKey();

    private IUserRecord Record => _cluster.Grains.GetGrain<IUserRecord>(Id);

    [Fact]
    public async Task Verify_ByTheMailedLink_Once()
    {
        var secret = await Register();

        Assert.Null(await _user.VerifyEmail(secret, _device));

        Assert.True((await _user.GetProfile())!.IsEmailVerified);
        AssertBad(await _user.VerifyEmail(secret, _device));
        Assert.Contains(_cluster.Audit.Entries, e => e.Action == "email_verify" && e.Actor == Id.ToString());
    }

    [Fact]
    public async Task Secret_IsStoredHashedAlone()
    {
        var secret = await Register();

        var stored = await _cluster.Storage.Read<UserState>(_user, "user");

        Assert.NotNull(stored.Verification);
        Assert.DoesNotContain(secret, stored.ToString(), StringComparison.Ordinal);
        Assert.Equal(64, secret.Length);
    }

    [Fact]
    public async Task Verify_WrongOldOrReplacedLink_IsRefused()
    {
        var first = await Register();
        AssertBad(await _user.VerifyEmail(SecretToken.Create(), _device));
        AssertBad(await _user.VerifyEmail("", _device));

        _cluster.Clock.Advance(_options.LinkInterval);
        await _user.SendVerification();
        var second = await Secret(_email, "/verify#", 2);
        AssertBad(await _user.VerifyEmail(first, _device));

        _cluster.Clock.Advance(_options.VerificationLifetime);
        AssertBad(await _user.VerifyEmail(second, _device));
        Assert.False((await _user.GetProfile())!.IsEmailVerified);
    }

    [Fact]
    public async Task Link_IsGoodForItsOwnPurposeAndUserAlone()
    {
        var verification = await Register();
        var reset = await AskReset();
        var stranger = _cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        await stranger.Register(new RegisterUser(_other, Password, ""));

        AssertBad(await _user.ResetPassword(verification, NewPassword, _device));
        AssertBad(await _user.VerifyEmail(reset, _device));
        AssertBad(await _user.ConfirmEmailChange(reset, _device));
        AssertBad(await stranger.ResetPassword(reset, NewPassword, _device));
        AssertBad(await stranger.VerifyEmail(verification, _device));
    }

    [Fact]
    public async Task AskedAgainAtOnce_SendsNoSecondMail()
    {
        await Register();
        await _user.SendVerification();
        var reset = await AskReset();
        await Record.SendReset();

        Assert.Null(await _user.ResetPassword(reset, NewPassword, _device));
        // The mail about the new password is the third.
        await _cluster.Mailer.WaitForAsync(_email, "was changed");
        Assert.Equal(3, _cluster.Mailer.SentTo(_email).Count);
    }

    [Fact]
    public async Task Reset_ByTheMailedLink_ChangesThePasswordAndEndsEverySession()
    {
        await Register();
        var session = await OpenSession();
        var secret = await AskReset();

        Assert.Null(await _user.ResetPassword(secret, NewPassword, _device));

        Assert.Null(await _user.SignIn(Password));
        Assert.True((await _user.SignIn(NewPassword))!.IsEmailVerified);
        Assert.Null(await _cluster.Grains.GetGrain<ISessionGrain>(session).Get());
        AssertBad(await _user.ResetPassword(secret, Password, _device));
        await _cluster.Mailer.WaitForAsync(_email, "Your password was changed");
        Assert.Contains(_cluster.Audit.Entries, e => e.Action == "password_reset" && e.Actor == Id.ToString());
    }

    /// <summary>Somebody signed up with an address that is another's, and left ways in open.</summary>
    [Fact]
    public async Task Reset_OfAnAccountThatWasNeverVerified_ShutsEveryWayInOfWhoeverMadeIt()
    {
        await Register();
        var key = await NewKey();

        Assert.Null(await _user.ResetPassword(await AskReset(), NewPassword, _device));
        Assert.Null(await _cluster.Grains.GetGrain<IApiKeyGrain>(key).Verify());

        var own = await NewKey();
        _cluster.Clock.Advance(_options.LinkInterval);
        Assert.Null(await _user.ResetPassword(await AskReset(2), Password, _device));
        Assert.NotNull(await _cluster.Grains.GetGrain<IApiKeyGrain>(own).Verify());
    }

    [Fact]
    public async Task Reset_BadPassword_IsRefusedAndTheLinkStaysGood()
    {
        await Register();
        var secret = await AskReset();

        Assert.Equal(
            UserRefusals.PasswordTooCommon, (await _user.ResetPassword(secret, "password1", _device))!.Code);

        Assert.Null(await _user.ResetPassword(secret, NewPassword, _device));
    }

    [Fact]
    public async Task Reset_TooLate_IsRefused()
    {
        await Register();
        var secret = await AskReset();
        _cluster.Clock.Advance(_options.ResetLifetime);

        AssertBad(await _user.ResetPassword(secret, NewPassword, _device));
        Assert.NotNull(await _user.SignIn(Password));
    }

    [Fact]
    public async Task Recovery_OfAKnownAndAnUnknownAddress_LeavesTheSameTrace()
    {
        await Register();
        var targets = new List<string>();
        var both = new TaskCompletionSource();
        _cluster.Audit.Appended += Note;
        var recovery = _cluster.Grains.GetGrain<IPasswordRecoveryGrain>(0);

        await recovery.Begin("no address", _device);
        await recovery.Begin("x" + _email, _device);
        await recovery.Begin(_email.ToUpperInvariant(), _device);

        await _cluster.Mailer.WaitForAsync(_email, "/reset#");
        await both.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(
            new[] { EmailAddress.GrainKey("x" + _email), EmailAddress.GrainKey(_email) }.Order(), targets.Order());
        Assert.Equal(2, _cluster.Mailer.Tries);
        _cluster.Audit.Appended -= Note;

        void Note(AuditRecord record)
        {
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
            UserRefusals.PasswordWrong, (await _user.ChangePassword("wrong", NewPassword, mine, _device))!.Code);
        Assert.NotNull(await _cluster.Grains.GetGrain<ISessionGrain>(theirs).Get());
        Assert.Null(await _user.ChangePassword(Password, NewPassword, mine, _device));

        Assert.NotNull(await _user.SignIn(NewPassword));
        Assert.NotNull(await _cluster.Grains.GetGrain<ISessionGrain>(mine).Get());
        Assert.Null(await _cluster.Grains.GetGrain<ISessionGrain>(theirs).Get());
        await _cluster.Mailer.WaitForAsync(_email, "Your password was changed");
        Assert.Contains(_cluster.Audit.Entries, e => e.Action == "password_wrong" && e.Actor == Id.ToString());
    }

    [Fact]
    public async Task ChangeEmail_TakesThePasswordAndTheNewMailbox_AndTellsTheOldOne()
    {
        await Register();
        var oldReset = await AskReset();
        Assert.Equal(UserRefusals.PasswordWrong, (await _user.ChangeEmail("wrong", _other, _device))!.Code);

        Assert.Null(await _user.ChangeEmail(Password, _other.ToUpperInvariant(), _device));
        Assert.Equal(_email, (await _user.GetProfile())!.Email);
        Assert.Null(await _user.ConfirmEmailChange(await Secret(_other, "/email#", 1), _device));

        var profile = (await _user.GetProfile())!;
        Assert.Equal((_other, true), (profile.Email, profile.IsEmailVerified));
        await _cluster.Mailer.WaitForAsync(_email, "another email address");
        Assert.Equal(Id, await Owner(_other));
        Assert.Null(await Owner(_email));
        AssertBad(await _user.ResetPassword(oldReset, NewPassword, _device));
        var next = _cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        Assert.NotNull((await next.Register(new RegisterUser(_email, Password, ""))).Profile);
    }

    [Fact]
    public async Task ChangeEmail_ToAnotherUsersAddress_AnswersTheSameAndTellsThatUser()
    {
        await Register();
        var other = _cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        await other.Register(new RegisterUser(_other, Password, ""));

        Assert.Null(await _user.ChangeEmail(Password, _other, _device));

        await _cluster.Mailer.WaitForAsync(_other, "already");
        Assert.Null((await _cluster.Storage.Read<UserState>(_user, "user")).EmailChange);
    }

    [Fact]
    public async Task ChangeEmail_AddressTakenMeanwhile_IsRefusedAtTheEnd()
    {
        await Register();
        await _user.ChangeEmail(Password, _other, _device);
        var secret = await Secret(_other, "/email#", 1);
        var faster = _cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
        Assert.NotNull((await faster.Register(new RegisterUser(_other, Password, ""))).Profile);

        AssertBad(await _user.ConfirmEmailChange(secret, _device));
        Assert.Equal(_email, (await _user.GetProfile())!.Email);
    }

    [Fact]
    public async Task Register_AddressThatIsTaken_IsToldToItsOwnerOnce()
    {
        await Register();

        for (var i = 0; i < 3; i++)
        {
            var stranger = _cluster.Grains.GetGrain<IUserGrain>(Guid.CreateVersion7());
            var answer = await stranger.Register(new RegisterUser(_email, NewPassword, ""));
            Assert.Equal(UserRefusals.EmailTaken, answer.Refusal!.Code);
        }

        await _cluster.Mailer.WaitForAsync(_email, "already");
        Assert.Equal(2, _cluster.Mailer.SentTo(_email).Count);
        Assert.NotNull(await _user.SignIn(Password));
    }

    [Fact]
    public async Task Mails_SpeakTheUsersLanguage()
    {
        await _user.Register(new RegisterUser(_email, Password, "", UserLanguages.Korean));

        var letter = await _cluster.Mailer.WaitForAsync(_email, "/verify#");

        Assert.Equal(UserLanguages.Korean, letter.Language);
        Assert.Matches("[가-힣]", letter.Subject);
        Assert.Matches("[가-힣]", letter.Text);
    }

    private static void AssertBad(Refusal? refusal) => Assert.Equal(UserRefusals.LinkInvalid, refusal?.Code);

    private async Task<string> Register()
    {
        Assert.NotNull((await _user.Register(new RegisterUser(_email, Password, ""))).Profile);
        return await Secret(_email, "/verify#", 1);
    }

    private async Task<string> AskReset(int count = 1)
    {
        await Record.SendReset();
        return await Secret(_email, "/reset#", count);
    }

    private async Task<string> Secret(string address, string page, int count)
    {
        var letter = await _cluster.Mailer.WaitForAsync(address, page, count);
        var token = MailToken.Read(RecordingMailer.TokenIn(letter))!;
        Assert.Equal(Id, token.UserId);
        return token.Secret;
    }

    private async Task<string> NewKey()
    {
        var made = await _cluster.Grains.GetGrain<IUserApiKeysGrain>(Id).Create(
            new CreateApiKey(Guid.CreateVersion7(), "nightly", [ApiKeyScopes.JobsRead], TimeSpan.FromDays(9)), _device);
        return ApiKeyToken.GrainKey(made.Token)!;
    }

    private async Task<Guid> OpenSession() => (await _cluster.Grains.GetGrain<INewUserSession>(Id).Open(
        new OpenSession(Id, Guid.CreateVersion7(), ["pwd"], _device))).SessionId;

    private Task<Guid?> Owner(string email) =>
        _cluster.Grains.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(email)).GetOwner();
}
