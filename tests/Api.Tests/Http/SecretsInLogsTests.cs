using System.Net;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace Ax2.Http;

/// <summary>With every category at its most talkative, which is worse than any operator's setting.</summary>
public sealed class SecretsInLogsTests(StandaloneApi api) : IClassFixture<StandaloneApi>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignedLink_Used_IsNotLogged()
    {
        api.Store("videos/logged");
        using var client = api.Client();
        var link = api.SignedRead("videos/logged", "private name.mp4");
        using var answer = await client.GetAsync(link, Token);
        using var forged = await client.GetAsync(link + "00", Token);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (answer.StatusCode, forged.StatusCode));

        Assert.Contains("/objects/videos/logged", api.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Split("signature=")[1], api.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("private", api.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI3In0.")]
    [InlineData("Authorization", "Bearer ax2k_7_")]
    [InlineData("Cookie", "__Host-ax2_access=eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI3In0.")]
    [InlineData("Cookie", "__Host-ax2_refresh=ax2r_0198c5b3000070008000000000000000_")]
    [InlineData("Cookie", "__Host-ax2_challenge=")]
    public async Task Token_Sent_IsNotLogged(string header, string value)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(43));
        using var client = api.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, value + secret);
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        using var me = await client.GetAsync("/api/v1/me", Token);
        using var refresh = await client.PostAsync("/api/v1/sessions/refresh", Json("{}"), Token);
        using var code = await client.PostAsync("/api/v1/sessions/code", Json("{}"), Token);
        Assert.All([me, refresh, code], answer => Assert.False(answer.IsSuccessStatusCode));
        AssertNotLogged(secret);
    }

    [Theory]
    [InlineData("/api/v1/sessions", """{"email":"kim@example.com","password":"SECRET"}""")]
    [InlineData("/api/v1/sessions", """{"SECRET""")]
    [InlineData("/api/v1/sessions?from=page", """{"password":["SECRET"]}""")]
    [InlineData("/api/v1/users", """{"email":"kim@example.com","password":"SECRET"}""")]
    [InlineData("/api/v1/sessions/refresh", """{"refreshToken":"ax2r_0198c5b3000070008000000000000000_SECRET"}""")]
    [InlineData("/api/v1/sessions/code", """{"challenge":"SECRET","code":"123456"}""")]
    public async Task Secret_InABody_IsNotLogged(string path, string body)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        using var client = api.Client();
        var text = body.Replace("SECRET", secret, StringComparison.Ordinal);
        using var failed = await client.PostAsync(path, Json(text), Token);
        Assert.False(failed.IsSuccessStatusCode);
        AssertNotLogged(secret);
        Assert.DoesNotContain("kim@example.com", api.Log, StringComparison.Ordinal);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    /// <summary>That something was logged shows that nothing was looked for in vain.</summary>
    private void AssertNotLogged(string secret)
    {
        Assert.Contains("/api/v1/sessions", api.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[..20], api.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(secret[^20..], api.Log, StringComparison.Ordinal);
    }
}
