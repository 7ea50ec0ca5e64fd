using Ax2.Limits;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Users;

/// <summary>From both sides: the guesser is slowed, and cannot use that against whom the account belongs to.</summary>
[Collection(nameof(GrainCluster))]
public sealed class SignInGuardTests
{
    private const string Password = "correct horse battery";
    private static readonly FailureRules _rules = new();
    private readonly string _email = $"user-{Guid.CreateVersion7():N}@example.com";
    private readonly GrainCluster _cluster;
    private int _address;

    public SignInGuardTests(GrainCluster cluster)
    {
        _cluster = cluster;
        cluster.Reset();
        // What tests before this one left in the buckets of addresses is gone.
        cluster.Clock.Advance(_rules.Address.Window);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ISignInGrain SignIn => _cluster.Grains.GetGrain<ISignInGrain>(0);

    [Fact]
    public async Task Guesses_FromEverywhere_HoldUpStrangersEvenWithTheRightPassword()
    {
        await Register();
        for (var i = 0; i < _rules.Account.Permits; i++)
        {
            Assert.Equal(SignInRefusals.Failed, await Try("wrong", Stranger()));
        }

        var checks = _cluster.Passwords.Checks;
        var answer = await SignIn.WithPassword(_email, Password, Stranger(), Cancellation);

        Assert.Equal(LimitRefusals.RateLimited, answer.Refusal!.Code);
        var wait = answer.Refusal.Figures![LimitRefusals.RetryAfterSeconds];
        Assert.InRange(wait, 1, (long)(_rules.Account.Window / _rules.Account.Permits).TotalSeconds);
        Assert.Equal(checks, _cluster.Passwords.Checks);
        Assert.Contains(_cluster.Audit.Entries, e =>
            e.Action == "sign_in_held_up" && e.Target == EmailAddress.GrainKey(_email));
        _cluster.Clock.Advance(TimeSpan.FromSeconds(wait));
        Assert.Null(await Try(Password, Stranger()));
    }

    [Fact]
    public async Task Guesses_FromEverywhere_DoNotHoldUpABrowserThatSignedInBefore()
    {
        await Register();
        var home = await SignedIn(Stranger() with { Token = "" });
        for (var i = 0; i <= _rules.Account.Permits; i++)
        {
            await Try("wrong", Stranger());
        }

        Assert.Equal(LimitRefusals.RateLimited, await Try(Password, Stranger()));
        Assert.Null(await Try(Password, home));
        Assert.Null(await Try(Password, home with { Address = "198.51.100.1" }));
    }

    [Fact]
    public async Task Guesses_FromTheNeighbour_DoNotHoldUpABrowserThatSignedInBefore()
    {
        await Register();
        var home = await SignedIn(Stranger() with { Token = "" });
        for (var i = 0; i <= _rules.Address.Permits; i++)
        {
            await SignIn.WithPassword($"other-{i}-{_email}", "wrong", home with { Token = null }, Cancellation);
        }

        Assert.Equal(LimitRefusals.RateLimited, await Try(Password, home with { Token = null }));
        Assert.Null(await Try(Password, home));
    }

    [Fact]
    public async Task Guesses_OnAKnownBrowser_HoldUpItAlone()
    {
        await Register();
        var stolen = await SignedIn(Stranger() with { Token = "" });
        var home = await SignedIn(Stranger() with { Token = "" });
        for (var i = 0; i < _rules.Device.Permits; i++)
        {
            Assert.Equal(SignInRefusals.Failed, await Try("wrong", stolen));
        }

        Assert.Equal(LimitRefusals.RateLimited, await Try(Password, stolen));
        Assert.Null(await Try(Password, home));
        Assert.Null(await Try(Password, Stranger()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("made up")]
    public async Task DeviceToken_MadeUp_IsAStrangersAndIsReplaced(string token)
    {
        await Register();
        for (var i = 0; i < _rules.Account.Permits; i++)
        {
            await Try("wrong", Stranger() with { Token = token });
        }

        Assert.Equal(LimitRefusals.RateLimited, await Try(Password, Stranger() with { Token = token }));
        _cluster.Clock.Advance(_rules.Account.Window);
        Assert.NotEqual(token, (await SignedIn(Stranger() with { Token = token })).Token);
    }

    [Fact]
    public async Task DeviceToken_OfAnotherAccount_IsAStrangers()
    {
        await Register();
        var home = await SignedIn(Stranger() with { Token = "" });
        var other = $"other-{_email}";
        for (var i = 0; i < _rules.Account.Permits; i++)
        {
            await SignIn.WithPassword(other, "wrong", Stranger(), Cancellation);
        }

        var answer = await SignIn.WithPassword(other, "wrong", home, Cancellation);

        Assert.Equal(LimitRefusals.RateLimited, answer.Refusal!.Code);
    }

    [Fact]
    public async Task UnknownAddress_IsHeldUpLikeAKnownOne()
    {
        await Register();
        var unknown = $"x{_email}";
        for (var i = 0; i < _rules.Account.Permits; i++)
        {
            await Try("wrong", Stranger());
            await SignIn.WithPassword(unknown, "wrong", Stranger(), Cancellation);
        }

        Assert.Equal(LimitRefusals.RateLimited, await Try("wrong", Stranger()));
        var answer = await SignIn.WithPassword(unknown, "wrong", Stranger(), Cancellation);
        Assert.Equal(LimitRefusals.RateLimited, answer.Refusal!.Code);
    }

    [Fact]
    public async Task Guesses_AllAtOnce_CountLikeOneAfterTheOther()
    {
        await Register();

        var answers = await Task.WhenAll(Enumerable.Range(0, 3 * _rules.Account.Permits)
            .Select(_ => Try("wrong", Stranger())));

        Assert.Equal(_rules.Account.Permits, answers.Count(code => code == SignInRefusals.Failed));
    }

    [Fact]
    public async Task RightPasswords_CostNothing()
    {
        await Register();
        var device = Stranger();

        for (var i = 0; i <= _rules.Address.Permits; i++)
        {
            Assert.Null(await Try(Password, device));
        }
    }

    [Fact]
    public async Task DeviceToken_IsForThoseThatKeepOne()
    {
        await Register();

        Assert.Null((await SignIn.WithPassword(_email, Password, Stranger(), Cancellation)).DeviceToken);
        var home = await SignedIn(Stranger() with { Token = "" });
        Assert.Equal(home.Token, (await SignedIn(home)).Token);
        Assert.DoesNotContain(home.Token!, home.ToString(), StringComparison.Ordinal);
        _cluster.Clock.Advance(Device.TokenLife);
        Assert.NotEqual(home.Token, (await SignedIn(home)).Token);
    }

    /// <summary>Else a crowd would use up the attempts of those who know their passwords.</summary>
    [Fact]
    public async Task BusyAttempts_NobodyLookedAtTheirPassword_DoNotCount()
    {
        await Register();
        _cluster.Passwords.IsBusy = true;
        try
        {
            for (var i = 0; i < 2 * _rules.Account.Permits; i++)
            {
                await Assert.ThrowsAsync<ServiceBusyException>(
                    () => SignIn.WithPassword(_email, Password, Stranger(), Cancellation));
            }
        }
        finally
        {
            _cluster.Passwords.IsBusy = false;
        }

        Assert.Null(await Try(Password, Stranger()));
    }

    /// <summary>Else an office could not sign in for an hour after an outage.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task AttemptsInAnOutage_NobodyLookedAtTheirPassword_DoNotCount(bool isOfTheAddress, bool isOfASilo)
    {
        var user = _cluster.Grains.GetGrain<IUserGrain>(await Register());
        IAddressable away = isOfTheAddress
            ? _cluster.Grains.GetGrain<IEmailAddressGrain>(EmailAddress.GrainKey(_email))
            : user;
        await _cluster.Deactivate(away);
        _cluster.Storage.TakeAway(away, isOfASilo ? new SiloUnavailableException("A scripted death.") : null);
        for (var i = 0; i < 2 * _rules.Account.Permits; i++)
        {
            await Assert.ThrowsAnyAsync<OrleansException>(
                () => SignIn.WithPassword(_email, Password, Stranger(), Cancellation));
        }

        _cluster.Storage.Return(away);

        Assert.Null(await Try(Password, Stranger()));
    }

    private Device Stranger() => new("curl/8.5.0", $"198.18.{++_address / 256}.{_address % 256}");

    private async Task<string?> Try(string password, Device device) =>
        (await SignIn.WithPassword(_email, password, device, Cancellation)).Refusal?.Code;

    private async Task<Device> SignedIn(Device device)
    {
        var answer = await SignIn.WithPassword(_email, Password, device, Cancellation);
        Assert.Null(answer.Refusal);
        return device with { Token = answer.DeviceToken };
    }

    private async Task<Guid> Register()
    {
        var id = Guid.CreateVersion7();
        var command = new RegisterUser(_email, Password, "");
        Assert.Null((await _cluster.Grains.GetGrain<IUserGrain>(id).Register(command, Cancellation)).Refusal);
        return id;
    }
}
