using System.Text.Json.Nodes;
using Ax2.TestKit.Users;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Ax2.Users;

[Collection(nameof(ApiHost))]
public sealed class ExternalSignInTests : IDisposable
{
    private const string Failed = "/#external_sign_in_failed";
    private readonly ApiHost _host;
    private readonly ProviderTrip _trip;
    private readonly OidcPerson _person = new(
        Guid.CreateVersion7().ToString(), $"user-{Guid.CreateVersion7():N}@example.com", true);

    public ExternalSignInTests(ApiHost host)
    {
        _host = host;
        _trip = new ProviderTrip(host);
        host.Oidc.BeHonest();
        host.Oidc.Person = _person;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _trip.Dispose();

    [Fact]
    public async Task Provider_IsOffered() => Assert.Contains(
        "\"name\":\"test\"", await _trip.Api.GetStringAsync(new Uri("/api/v1/sign-in", UriKind.Relative), Cancel),
        StringComparison.Ordinal);

    [Fact]
    public async Task Person_WithAVerifiedAddress_GetsAnAccount_AndTheSameOneNextTime()
    {
        var first = await _trip.SignIn();
        _host.Oidc.Person = _person with { Email = "changed@example.com" };
        var second = await _trip.SignIn();

        Assert.Equal("/", first.Location);
        Assert.Equal("/", second.Location);
        Assert.Equal(_person.Email, await _trip.EmailOf(first.Jar));
        Assert.Equal(_person.Email, await _trip.EmailOf(second.Jar));
    }

    [Fact]
    public async Task Person_WhoseAddressNobodyVouchesFor_GetsNone()
    {
        _host.Oidc.Person = _person with { IsEmailVerified = false };

        Assert.Equal("/#external_email_unverified", (await _trip.SignIn()).Location);
    }

    [Fact]
    public async Task Person_WhoseAddressIsInTheUserInfo_GetsAnAccount()
    {
        _host.Oidc.Person = _person with { Email = null, IsEmailVerified = false };
        _host.Oidc.UserInfo = new JsonObject
        {
            ["sub"] = _person.Subject, ["email"] = _person.Email, ["email_verified"] = true,
        };

        Assert.Equal(_person.Email, await _trip.EmailOf((await _trip.SignIn()).Jar));
    }

    [Fact]
    public async Task UserInfo_OfSomebodyElse_SaysNothing()
    {
        _host.Oidc.Person = _person with { IsEmailVerified = false };
        _host.Oidc.UserInfo = new JsonObject
        {
            ["sub"] = "another", ["email"] = _person.Email, ["email_verified"] = true,
        };

        Assert.Equal("/#external_email_unverified", (await _trip.SignIn()).Location);
    }

    [Fact]
    public async Task Provider_ThatWrapsWhatItKnows_IsUnderstood_AndOnlyAboutTheSamePerson()
    {
        _host.Oidc.Person = _person with { Email = null, IsEmailVerified = false };
        _host.Oidc.UserInfo = Wrapped("another");
        Assert.Equal("/#external_email_unverified", (await _trip.SignIn("naver")).Location);

        _host.Oidc.UserInfo = Wrapped(_person.Subject);
        Assert.Equal(_person.Email, await _trip.EmailOf((await _trip.SignIn("naver")).Jar));

        JsonObject Wrapped(string id) => new()
        {
            ["resultcode"] = "00", ["response"] = new JsonObject { ["id"] = id, ["email"] = _person.Email },
        };
    }

    /// <summary>The code of one provider is not taken to another, even when both trust the same issuer.</summary>
    [Fact]
    public async Task Return_ToAnotherProvider_IsRefused()
    {
        var start = await _trip.Begin();
        var back = await _trip.AtProvider(start.Url);
        var elsewhere = back.AbsoluteUri.Replace("/test/", "/naver/", StringComparison.Ordinal);

        Assert.Equal(Failed, (await _trip.Return(new Uri(elsewhere), start.Jar)).Location);
    }

    [Fact]
    public async Task Person_WhoseAddressHasAnAccount_SignsInToItFirst_AndThenAddsTheProvider()
    {
        using var user = await TestUser.SignUp(_host);
        _host.Oidc.Person = _person with { Email = user.Email.ToUpperInvariant() };

        Assert.Equal("/#external_account_exists", (await _trip.SignIn()).Location);

        Assert.Equal("/account#linked", (await _trip.Link(user)).Location);
        var after = await _trip.SignIn();
        Assert.Equal(user.Email, await _trip.EmailOf(after.Jar));
        Assert.Contains(_host.Audit.Entries, e => e.Action == "external_link" && e.Actor == user.UserId.ToString());
    }

    [Fact]
    public async Task Link_OfAnotherAddressOrAnUnverifiedOne_IsRefused()
    {
        using var user = await TestUser.SignUp(_host);

        Assert.Equal("/#external_identity_not_yours", (await _trip.Link(user)).Location);
        _host.Oidc.Person = _person with { Email = user.Email, IsEmailVerified = false };
        Assert.Equal("/#external_email_unverified", (await _trip.Link(user)).Location);
    }

    [Fact]
    public async Task Link_OfASessionThatEndedOnTheWay_IsRefused()
    {
        using var user = await TestUser.SignUp(_host);
        _host.Oidc.Person = _person with { Email = user.Email };
        var start = await ProviderTrip.BeginLink(user);
        using var ended = await user.Send(HttpMethod.Delete, "/sessions/current");

        Assert.Equal(Failed, (await _trip.Return(await _trip.AtProvider(start.Url), start.Jar)).Location);
    }

    [Fact]
    public async Task Return_ToABrowserThatDidNotBegin_IsRefused()
    {
        var victim = await _trip.Begin();
        var attacker = await _trip.Begin();

        Assert.Equal(Failed, (await _trip.Return(await _trip.AtProvider(attacker.Url), victim.Jar)).Location);
        var alone = await _trip.Begin();
        Assert.Equal(Failed, (await _trip.Return(await _trip.AtProvider(alone.Url), "")).Location);
    }

    [Fact]
    public async Task Return_Twice_IsRefused()
    {
        var start = await _trip.Begin();
        var back = await _trip.AtProvider(start.Url);
        Assert.Equal("/", (await _trip.Return(back, start.Jar)).Location);

        Assert.Equal(Failed, (await _trip.Return(back, start.Jar)).Location);
    }

    [Fact]
    public async Task Return_TooLate_IsRefused()
    {
        var start = await _trip.Begin();
        var back = await _trip.AtProvider(start.Url);
        _host.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(Failed, (await _trip.Return(back, start.Jar)).Location);
    }

    [Theory]
    [InlineData("state", "0123")]
    [InlineData("state", "")]
    [InlineData("code", "0123")]
    [InlineData("iss", "https://accounts.google.com")]
    [InlineData("iss", null)]
    [InlineData("code", null)]
    public async Task Return_ChangedOnTheWay_IsRefused(string parameter, string? value)
    {
        var start = await _trip.Begin();
        var back = await _trip.AtProvider(start.Url);

        Assert.Equal(Failed, (await _trip.Return(ProviderTrip.With(back, parameter, value), start.Jar)).Location);
    }

    /// <summary>A stolen code in one's own way back: PKCE ties the code to the request that it answers.</summary>
    [Fact]
    public async Task Return_WithTheCodeOfAnotherRequest_IsRefused()
    {
        var victim = await _trip.AtProvider((await _trip.Begin()).Url);
        var attacker = await _trip.Begin();
        var stolen = QueryHelpers.ParseQuery(victim.Query)["code"].ToString();

        var back = ProviderTrip.With(await _trip.AtProvider(attacker.Url), "code", stolen);

        Assert.Equal(Failed, (await _trip.Return(back, attacker.Jar)).Location);
    }

    public static TheoryData<string, string?> Lies => new()
    {
        { "nonce", "another" }, { "nonce", null }, { "iss", "https://accounts.google.com" },
        { "aud", "another-client" }, { "aud", null }, { "sub", null }, { "sub", "" }, { "exp", null },
    };

    [Theory, MemberData(nameof(Lies))]
    public async Task IdToken_ThatIsNotForThisRequest_IsNotBelieved(string claim, string? value)
    {
        _host.Oidc.ChangeClaims = claims =>
        {
            claims.Remove(claim);
            if (value is not null)
            {
                claims[claim] = value;
            }
        };

        Assert.Equal(Failed, (await _trip.SignIn()).Location);
    }

    [Fact]
    public async Task IdToken_ExpiredOrForSeveralClients_IsNotBelieved()
    {
        _host.Oidc.ChangeClaims = claims => claims["exp"] = _host.Clock.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds();
        Assert.Equal(Failed, (await _trip.SignIn()).Location);
        _host.Oidc.ChangeClaims = claims => claims["aud"] = new JsonArray(OidcServer.ClientId, "another-client");
        Assert.Equal(Failed, (await _trip.SignIn()).Location);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("HS256", false)]
    [InlineData("RS256", true)]
    public async Task IdToken_NotSignedByTheProvider_IsNotBelieved(string algorithm, bool withAnotherKey)
    {
        _host.Oidc.Algorithm = algorithm;
        _host.Oidc.SignsWithAnotherKey = withAnotherKey;

        Assert.Equal(Failed, (await _trip.SignIn()).Location);
    }

    [Fact]
    public async Task Begin_AtAProviderThatIsNotConfigured_IsNotFound()
    {
        using var answer = await _trip.Api.GetAsync(new Uri("/api/v1/sign-in/google", UriKind.Relative), Cancel);

        Assert.Equal((404, "not_found"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Begin_AtAProviderThatDoesNotAnswer_ComesBackAndSaysSo()
    {
        using var answer = await _trip.Api.GetAsync(new Uri("/api/v1/sign-in/silent", UriKind.Relative), Cancel);

        Assert.Equal(302, (int)answer.StatusCode);
        Assert.Equal(Failed, answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Binding_IsACookieThatNoScriptReads_AndNoSecretIsInTheAddress()
    {
        using var answer = await _trip.Api.GetAsync(new Uri("/api/v1/sign-in/test", UriKind.Relative), Cancel);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-ax2_oidc=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", answer.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("code_verifier", answer.Headers.Location.Query, StringComparison.Ordinal);
    }
}
