using System.Net.Http.Json;
using Xunit;

namespace Ax2.Users;

/// <summary>A browser, cookie by cookie.</summary>
[Collection(nameof(ApiHost))]
public sealed class SessionCookieTests(ApiHost host)
{
    private const string Origin = "https://caption.example";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_InABrowser_PutsTheTokensWhereNoScriptReadsThem()
    {
        using var user = await TestUser.SignUp(host);

        using var answer = await SignIn(user);

        var cookies = Cookies(answer);
        Assert.Equal(
            ["__Host-ax2_access", "__Host-ax2_device", "__Host-ax2_refresh"],
            cookies.Keys.Order(StringComparer.Ordinal));
        Assert.All(cookies.Values, cookie =>
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        });
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.All(cookies.Values, cookie => Assert.DoesNotContain(Value(cookie), body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_OfAProgram_SetsNoCookie()
    {
        using var user = await TestUser.SignUp(host);

        using var answer = await user.Send(HttpMethod.Post, "/sessions", new { user.Email, TestUser.Password }, "");

        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SignIn_OnPlainHttp_IsForLoopbackOnly()
    {
        using var user = await TestUser.SignUp(host);

        Assert.Equal(["ax2_access", "ax2_device", "ax2_refresh"], await Names("http://127.0.0.1:5080"));
        Assert.Equal(["ax2_access", "ax2_device", "ax2_refresh"], await Names("http://localhost:5080"));
        Assert.Equal(
            ["__Host-ax2_access", "__Host-ax2_device", "__Host-ax2_refresh"], await Names("http://caption.example"));

        async Task<IEnumerable<string>> Names(string origin)
        {
            using var client = host.NewClient(origin);
            using var answer = await client.PostAsJsonAsync(
                "/api/v1/sessions", new { user.Email, TestUser.Password, useCookies = true }, Cancel);
            return Cookies(answer).Keys.Order(StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Cookie_ReadsAndRefreshes_AndTheOldNameOfPlainHttpDoesNotCountUnderTls()
    {
        using var user = await TestUser.SignUp(host);
        using var signedIn = await SignIn(user);
        var jar = Jar(signedIn);

        Assert.Equal(200, await Status(user, HttpMethod.Get, "/me", jar));
        var plain = jar.Replace("__Host-", "", StringComparison.Ordinal);
        Assert.Equal(401, await Status(user, HttpMethod.Get, "/me", plain));
        using var refreshed = await Send(user, HttpMethod.Post, "/sessions/refresh", jar, "same-origin", Origin);
        Assert.Equal(200, (int)refreshed.StatusCode);
        Assert.Equal(2, Cookies(refreshed).Count);
        Assert.NotEqual(jar, Jar(refreshed));
        Assert.Equal(200, await Status(user, HttpMethod.Get, "/me", Jar(refreshed)));
    }

    [Theory]
    [InlineData("cross-site", "https://evil.example")]
    [InlineData("same-site", "https://other.caption.example")]
    [InlineData("none", null)]
    [InlineData(null, "https://evil.example")]
    [InlineData(null, "null")]
    [InlineData(null, "http://caption.example")]
    [InlineData(null, null)]
    public async Task UnsafeMethod_UnderACookie_FromElsewhere_IsRefused(string? site, string? origin)
    {
        using var user = await TestUser.SignUp(host);
        using var signedIn = await SignIn(user);
        var jar = Jar(signedIn);

        foreach (var (method, path) in new[]
        {
            (HttpMethod.Delete, "/sessions/current"), (HttpMethod.Post, "/sessions/refresh"),
            (HttpMethod.Post, "/jobs"), (HttpMethod.Post, "/sessions"), (HttpMethod.Post, "/api-keys"),
        })
        {
            using var answer = await Send(user, method, path, jar, site, origin);
            Assert.Equal((403, "cross_site_request"), await TestUser.Problem(answer));
        }

        Assert.Equal(200, await Status(user, HttpMethod.Get, "/me", jar));
    }

    [Theory]
    [InlineData("same-origin", Origin)]
    [InlineData(null, Origin)]
    public async Task UnsafeMethod_UnderACookie_FromOurPage_IsCarriedOut(string? site, string? origin)
    {
        using var user = await TestUser.SignUp(host);
        using var signedIn = await SignIn(user);

        using var answer = await Send(user, HttpMethod.Delete, "/sessions/current", Jar(signedIn), site, origin);

        Assert.Equal(204, (int)answer.StatusCode);
        Assert.All(Cookies(answer).Values, cookie => Assert.Equal("", Value(cookie)));
        Assert.Equal(401, await Status(user, HttpMethod.Get, "/me", Jar(signedIn)));
    }

    /// <summary>Signing a victim in to the attacker's account is a forgery too, and needs no cookie.</summary>
    [Fact]
    public async Task SignIn_FromAnotherSite_IsRefused()
    {
        using var user = await TestUser.SignUp(host);

        using var answer = await user.Send(
            HttpMethod.Post, "/sessions", new { user.Email, TestUser.Password, useCookies = true }, "",
            headers => headers.Add("Sec-Fetch-Site", "cross-site"));

        Assert.Equal((403, "cross_site_request"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task SignIn_OverAPlantedSession_MakesANewOneAndEndsTheOld()
    {
        using var attacker = await TestUser.SignUp(host);
        using var victim = await TestUser.SignUp(host);
        using var planted = await SignIn(attacker);
        var jar = Jar(planted);

        using var answer = await SignIn(victim, jar);

        Assert.Equal(201, (int)answer.StatusCode);
        var after = Jar(answer);
        Assert.Empty(after.Split("; ").Intersect(jar.Split("; ")));
        using var me = await Send(victim, HttpMethod.Get, "/me", after, null, null);
        Assert.Equal(victim.Email, (await TestUser.Json(me)).GetProperty("email").GetString());
        Assert.Equal(401, await Status(attacker, HttpMethod.Get, "/me", jar));
    }

    [Fact]
    public async Task SignIn_WithMadeUpCookies_AdoptsNoneOfThem()
    {
        using var user = await TestUser.SignUp(host);
        var planted = $"ax2r_{Guid.CreateVersion7():N}_{new string('0', 96)}";

        using var answer = await SignIn(user, $"__Host-ax2_access=x; __Host-ax2_refresh={planted}");

        Assert.DoesNotContain(planted, Jar(answer), StringComparison.Ordinal);
        Assert.DoesNotContain(planted[5..37], Jar(answer), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SignIn(TestUser user, string? jar = null) => user.Send(
        HttpMethod.Post, "/sessions", new { user.Email, TestUser.Password, useCookies = true }, "",
        headers =>
        {
            headers.Add("Sec-Fetch-Site", "same-origin");
            if (jar is not null)
            {
                headers.Add("Cookie", jar);
            }
        });

    private static Task<HttpResponseMessage> Send(
        TestUser user, HttpMethod method, string path, string jar, string? site, string? origin) =>
        user.Send(method, path, method == HttpMethod.Post ? new { } : null, "", headers =>
        {
            headers.Add("Cookie", jar);
            if (site is not null)
            {
                headers.Add("Sec-Fetch-Site", site);
            }

            if (origin is not null)
            {
                headers.Add("Origin", origin);
            }
        });

    private static async Task<int> Status(TestUser user, HttpMethod method, string path, string jar)
    {
        using var answer = await Send(user, method, path, jar, null, null);
        return (int)answer.StatusCode;
    }

    private static Dictionary<string, string> Cookies(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            ? cookies.ToDictionary(cookie => cookie[..cookie.IndexOf('=', StringComparison.Ordinal)])
            : [];

    private static string Jar(HttpResponseMessage answer) =>
        string.Join("; ", Cookies(answer).Select(cookie => $"{cookie.Key}={Value(cookie.Value)}"));

    private static string Value(string cookie) => cookie.Split(';')[0].Split('=', 2)[1];
}
