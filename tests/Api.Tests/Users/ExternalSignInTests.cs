using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Ax2.Users;

/// <summary>A browser's way to a provider and back, hop by hop.</summary>
[Collection(nameof(ApiHost))]
public sealed class ExternalSignInTests : IDisposable
{
    private const string Failed = "/#external_sign_in_failed";
    private readonly ApiHost _host;
    private readonly HttpClient _api;
    private readonly HttpClient _provider = new(new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly OidcPerson _person = new(
        Guid.CreateVersion7().ToString(), $"user-{Guid.CreateVersion7():N}@example.com", true);

    public ExternalSignInTests(ApiHost host)
    {
        _host = host;
        _api = host.NewClient();
        host.Oidc.BeHonest();
        host.Oidc.Person = _person;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _api.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public async Task Provider_IsOffered() => Assert.Contains(
        "\"name\":\"test\"", await _api.GetStringAsync(new Uri("/api/v1/sign-in", UriKind.Relative), Cancel),
        StringComparison.Ordinal);

    [Fact]
    public async Task Person_WithAVerifiedAddress_GetsAnAccount_AndTheSameOneNextTime()
    {
        var first = await SignIn();
        _host.Oidc.Person = _person with { Email = "changed@example.com" };
        var second = await SignIn();

        Assert.Equal("/", first.Location);
        Assert.Equal("/", second.Location);
        Assert.Equal(_person.Email, await EmailOf(first.Jar));
        Assert.Equal(_person.Email, await EmailOf(second.Jar));
    }

    [Fact]
    public async Task Person_WhoseAddressNobodyVouchesFor_GetsNone()
    {
        _host.Oidc.Person = _person with { IsEmailVerified = false };

        Assert.Equal("/#external_email_unverified", (await SignIn()).Location);
    }

    [Fact]
    public async Task Person_WhoseAddressHasAnAccount_SignsInToItFirst_AndThenAddsTheProvider()
    {
        using var user = await TestUser.SignUp(_host);
        _host.Oidc.Person = _person with { Email = user.Email.ToUpperInvariant() };

        Assert.Equal("/#external_account_exists", (await SignIn()).Location);

        Assert.Equal("/account#linked", (await Link(user)).Location);
        var after = await SignIn();
        Assert.Equal(user.Email, await EmailOf(after.Jar));
        Assert.Contains(_host.Audit.Entries, e => e.Action == "external_link" && e.Actor == user.UserId.ToString());
    }

    [Fact]
    public async Task Link_OfAnotherAddressOrAnUnverifiedOne_IsRefused()
    {
        using var user = await TestUser.SignUp(_host);

        Assert.Equal("/#external_identity_not_yours", (await Link(user)).Location);
        _host.Oidc.Person = _person with { Email = user.Email, IsEmailVerified = false };
        Assert.Equal("/#external_email_unverified", (await Link(user)).Location);
    }

    [Fact]
    public async Task Link_OfASessionThatEndedOnTheWay_IsRefused()
    {
        using var user = await TestUser.SignUp(_host);
        _host.Oidc.Person = _person with { Email = user.Email };
        var start = await BeginLink(user);
        using var ended = await user.Send(HttpMethod.Delete, "/sessions/current");

        Assert.Equal(Failed, (await Return(await AtProvider(start.Url), start.Jar)).Location);
    }

    [Fact]
    public async Task Return_ToABrowserThatDidNotBegin_IsRefused()
    {
        var victim = await Begin();
        var attacker = await Begin();

        Assert.Equal(Failed, (await Return(await AtProvider(attacker.Url), victim.Jar)).Location);
        var alone = await Begin();
        Assert.Equal(Failed, (await Return(await AtProvider(alone.Url), "")).Location);
    }

    [Fact]
    public async Task Return_Twice_IsRefused()
    {
        var start = await Begin();
        var back = await AtProvider(start.Url);
        Assert.Equal("/", (await Return(back, start.Jar)).Location);

        Assert.Equal(Failed, (await Return(back, start.Jar)).Location);
    }

    [Fact]
    public async Task Return_TooLate_IsRefused()
    {
        var start = await Begin();
        var back = await AtProvider(start.Url);
        _host.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(Failed, (await Return(back, start.Jar)).Location);
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
        var start = await Begin();
        var back = await AtProvider(start.Url);

        Assert.Equal(Failed, (await Return(With(back, parameter, value), start.Jar)).Location);
    }

    /// <summary>A stolen code in one's own way back: PKCE ties the code to the request that it answers.</summary>
    [Fact]
    public async Task Return_WithTheCodeOfAnotherRequest_IsRefused()
    {
        var victim = await AtProvider((await Begin()).Url);
        var attacker = await Begin();
        var stolen = QueryHelpers.ParseQuery(victim.Query)["code"].ToString();

        var back = With(await AtProvider(attacker.Url), "code", stolen);

        Assert.Equal(Failed, (await Return(back, attacker.Jar)).Location);
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

        Assert.Equal(Failed, (await SignIn()).Location);
    }

    [Fact]
    public async Task IdToken_ExpiredOrForSeveralClients_IsNotBelieved()
    {
        _host.Oidc.ChangeClaims = claims => claims["exp"] = _host.Clock.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds();
        Assert.Equal(Failed, (await SignIn()).Location);
        _host.Oidc.ChangeClaims = claims => claims["aud"] = new JsonArray(OidcServer.ClientId, "another-client");
        Assert.Equal(Failed, (await SignIn()).Location);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("HS256", false)]
    [InlineData("RS256", true)]
    public async Task IdToken_NotSignedByTheProvider_IsNotBelieved(string algorithm, bool withAnotherKey)
    {
        _host.Oidc.Algorithm = algorithm;
        _host.Oidc.SignsWithAnotherKey = withAnotherKey;

        Assert.Equal(Failed, (await SignIn()).Location);
    }

    [Fact]
    public async Task Begin_AtAProviderThatIsNotConfigured_IsNotFound()
    {
        using var answer = await _api.GetAsync(new Uri("/api/v1/sign-in/google", UriKind.Relative), Cancel);

        Assert.Equal((404, "not_found"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Binding_IsACookieThatNoScriptReads_AndNoSecretIsInTheAddress()
    {
        using var answer = await _api.GetAsync(new Uri("/api/v1/sign-in/test", UriKind.Relative), Cancel);

        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-ax2_oidc=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", answer.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.DoesNotContain("code_verifier", answer.Headers.Location.Query, StringComparison.Ordinal);
    }

    private static Uri With(Uri address, string parameter, string? value)
    {
        var query = QueryHelpers.ParseQuery(address.Query).ToDictionary(p => p.Key, p => (string?)p.Value.ToString());
        query.Remove(parameter);
        if (value is not null)
        {
            query[parameter] = value;
        }

        return new Uri(QueryHelpers.AddQueryString(address.GetLeftPart(UriPartial.Path), query));
    }

    private async Task<Hop> SignIn()
    {
        var start = await Begin();
        return await Return(await AtProvider(start.Url), start.Jar);
    }

    private async Task<Hop> Link(TestUser user)
    {
        var start = await BeginLink(user);
        return await Return(await AtProvider(start.Url), start.Jar);
    }

    private async Task<(Uri Url, string Jar)> Begin()
    {
        using var answer = await _api.GetAsync(new Uri("/api/v1/sign-in/test", UriKind.Relative), Cancel);
        Assert.Equal(302, (int)answer.StatusCode);
        return (answer.Headers.Location!, Jar(answer));
    }

    private static async Task<(Uri Url, string Jar)> BeginLink(TestUser user)
    {
        using var answer = await user.Send(HttpMethod.Post, "/me/providers/test");
        var url = (await TestUser.Json(answer)).GetProperty("url").GetString()!;
        return (new Uri(url), Jar(answer));
    }

    private async Task<Uri> AtProvider(Uri url)
    {
        using var answer = await _provider.GetAsync(url, Cancel);
        Assert.Equal(302, (int)answer.StatusCode);
        return answer.Headers.Location!;
    }

    private async Task<Hop> Return(Uri address, string jar)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address.PathAndQuery);
        if (jar.Length > 0)
        {
            request.Headers.Add("Cookie", jar);
        }

        using var answer = await _api.SendAsync(request, Cancel);
        Assert.Equal(302, (int)answer.StatusCode);
        return new Hop(answer.Headers.Location!.OriginalString, Jar(answer));
    }

    private async Task<string?> EmailOf(string jar)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/me");
        request.Headers.Add("Cookie", jar);
        using var answer = await _api.SendAsync(request, Cancel);
        return (await TestUser.Json(answer)).GetProperty("email").GetString();
    }

    private static string Jar(HttpResponseMessage answer) => answer.Headers.TryGetValues("Set-Cookie", out var cookies)
        ? string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0]).Where(c => !c.EndsWith('=')))
        : "";

    private sealed record Hop(string Location, string Jar);
}
