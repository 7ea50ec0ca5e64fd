using Xunit;

namespace Ax2.Users;

[Collection(nameof(GrainCluster))]
public sealed class SecondFactorGrainTests
{
    private const string Password = "correct horse battery";
    private static readonly Device _device = new("curl/8.5.0", "203.0.113.7");
    private static readonly TimeSpan _step = TimeSpan.FromSeconds(30);
    private readonly Guid _user = Guid.CreateVersion7();
    private readonly string _email = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly GrainCluster _cluster;

    public SecondFactorGrainTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ISecondFactorGrain Factor => _cluster.Grains.GetGrain<ISecondFactorGrain>(_user);

    private IInternalSecondFactorGrain Check => _cluster.Grains.GetGrain<IInternalSecondFactorGrain>(_user);

    private ISignInGrain SignIn => _cluster.Grains.GetGrain<ISignInGrain>(0);

    [Fact]
    public async Task Begun_ButNotConfirmed_AsksNobodyForACode()
    {
        await Factor.Begin(_email);

        Assert.False(await Check.IsOn());
        Assert.Equal(SignInRefusals.CodeWrong, (await Factor.Confirm("000000x", _device)).Refusal!.Code);
        Assert.False(await Check.IsOn());
    }

    [Fact]
    public async Task Confirm_WithoutABeginning_IsRefused() =>
        Assert.Equal(SignInRefusals.FactorNotBegun, (await Factor.Confirm("000000", _device)).Refusal!.Code);

    [Fact]
    public async Task Confirmed_IsOn_SurvivesItsSilo_AndIsAudited()
    {
        var (_, codes) = await TurnOn();
        await _cluster.Deactivate(Factor);

        Assert.Equal(new SecondFactorStatus(true, 10), await Factor.GetStatus());
        Assert.Equal(10, codes.Length);
        Assert.Null(await Factor.Begin(_email));
        Assert.Contains(_cluster.Audit.Entries, e => e.Action == "second_factor_on" && e.Actor == _user.ToString());
    }

    [Fact]
    public async Task Code_IsGoodOnce_EvenTheOneThatConfirmed()
    {
        var (key, _) = await TurnOn();
        Assert.Equal(SignInRefusals.CodeWrong, (await Check.Check(Code(key)))!.Code);
        _cluster.Clock.Advance(_step);
        var code = Code(key);

        Assert.Null(await Check.Check(code));
        Assert.Equal(SignInRefusals.CodeWrong, (await Check.Check(code))!.Code);
    }

    [Fact]
    public async Task RecoveryCode_IsGoodOnce_HoweverItIsTyped()
    {
        var (_, codes) = await TurnOn();

        Assert.Null(await Check.Check(codes[3].Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant()));
        Assert.NotNull(await Check.Check(codes[3]));
        Assert.Equal(9, (await Factor.GetStatus()).RecoveryCodesLeft);
    }

    [Fact]
    public async Task WrongCodes_Many_StopTheAppForAWhile_ButNotRecoveryCodes()
    {
        var (key, codes) = await TurnOn();
        _cluster.Clock.Advance(_step);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(SignInRefusals.CodeWrong, (await Check.Check("wrong"))!.Code);
        }

        var refusal = await Check.Check(Code(key));
        Assert.Equal(SignInRefusals.CodeWait, refusal!.Code);
        Assert.InRange(refusal.Figures!["retryAfterSeconds"], 1, 900);
        Assert.Null(await Check.Check(codes[0]));
        Assert.Null(await Check.Check(Code(key)));
    }

    [Fact]
    public async Task WrongCodes_Many_AreForgivenAfterTheWait()
    {
        var (key, _) = await TurnOn();
        for (var i = 0; i < 6; i++)
        {
            await Check.Check("wrong");
        }

        _cluster.Clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Null(await Check.Check(Code(key)));
    }

    [Fact]
    public async Task TurnOff_TakesACode()
    {
        var (_, codes) = await TurnOn();

        Assert.NotNull(await Factor.TurnOff("wrong", _device));
        Assert.True(await Check.IsOn());
        Assert.Null(await Factor.TurnOff(codes[0], _device));
        Assert.False(await Check.IsOn());
        Assert.Contains(_cluster.Audit.Entries, e => e.Action == "second_factor_off" && e.Actor == _user.ToString());
    }

    [Fact]
    public async Task RenewRecoveryCodes_TakesACode_AndVoidsTheOldOnes()
    {
        var (_, codes) = await TurnOn();

        Assert.NotNull((await Factor.RenewRecoveryCodes("wrong", _device)).Refusal);
        var renewed = (await Factor.RenewRecoveryCodes(codes[0], _device)).Codes!.Value;

        Assert.NotNull(await Check.Check(codes[1]));
        Assert.Null(await Check.Check(renewed[1]));
    }

    [Fact]
    public async Task SignIn_WithTheFactorOn_TakesBothSteps()
    {
        await Register();
        var (key, _) = await TurnOn();
        _cluster.Clock.Advance(_step);

        var first = await SignIn.WithPassword(_email, Password, _device, Cancellation);
        Assert.Null(first.Tokens);
        var wrong = await SignIn.WithCode(first.Challenge!, "wrong", _device);
        Assert.Equal(SignInRefusals.CodeWrong, wrong.Refusal!.Code);
        var second = await SignIn.WithCode(first.Challenge!, Code(key), _device);

        Assert.Equal(_user, second.Profile!.UserId);
        Assert.NotNull(second.Tokens);
        var again = await SignIn.WithCode(first.Challenge!, Code(key), _device);
        Assert.Equal(SignInRefusals.ChallengeOver, again.Refusal!.Code);
        Assert.Contains(
            _cluster.Audit.Entries, e => e.Action == "sign_in_code_failed" && e.Target == $"user/{_user}");
        var entry = Assert.Single(
            _cluster.Audit.Entries, e => e.Action == "sign_in" && e.Actor == _user.ToString());
        Assert.Contains("mfa", entry.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Challenge_MadeUpOrLateOrTriedTooOften_IsOver()
    {
        await Register();
        var (_, codes) = await TurnOn();
        var late = (await SignIn.WithPassword(_email, Password, _device, Cancellation)).Challenge!;
        _cluster.Clock.Advance(TimeSpan.FromMinutes(5));
        var tried = (await SignIn.WithPassword(_email, Password, _device, Cancellation)).Challenge!;
        for (var i = 0; i < 5; i++)
        {
            Assert.NotEqual(
                SignInRefusals.ChallengeOver, (await SignIn.WithCode(tried, "wrong", _device)).Refusal!.Code);
        }

        foreach (var challenge in new[] { late, tried, SecretToken.Create(), "" })
        {
            var answer = await SignIn.WithCode(challenge, codes[0], _device);
            Assert.Equal(SignInRefusals.ChallengeOver, answer.Refusal!.Code);
        }
    }

    [Fact]
    public async Task CodesInAnOutage_NobodyLookedAtThem_DoNotCount()
    {
        await Register();
        var (_, codes) = await TurnOn();
        var challenge = (await SignIn.WithPassword(_email, Password, _device, Cancellation)).Challenge!;
        await _cluster.Deactivate(Factor);
        _cluster.Storage.TakeAway(Factor);
        for (var i = 0; i < 6; i++)
        {
            await Assert.ThrowsAsync<StorageFaultException>(() => SignIn.WithCode(challenge, codes[0], _device));
        }

        _cluster.Storage.Return(Factor);

        Assert.NotNull((await SignIn.WithCode(challenge, codes[0], _device)).Tokens);
    }

    private string Code(byte[] key) => new OtpNet.Totp(key).ComputeTotp(_cluster.Clock.GetUtcNow().UtcDateTime);

    private async Task<(byte[] Key, System.Collections.Immutable.ImmutableArray<string> Codes)> TurnOn()
    {
        var key = FromBase32((await Factor.Begin(_email))!.Secret);
        return (key, (await Factor.Confirm(Code(key), _device)).Codes!.Value);
    }

    /// <summary>As an authenticator app reads the secret.</summary>
    private static byte[] FromBase32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(b => b.Length == 8).Select(b => Convert.ToByte(new string(b), 2))];
    }

    private async Task Register() => Assert.NotNull(
        (await _cluster.Grains.GetGrain<IUserGrain>(_user).Register(
            new RegisterUser(_email, Password, ""), Cancellation)).Profile);
}
