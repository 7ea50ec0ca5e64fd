using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Ax2.Users;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Xunit;

namespace Ax2.Limits;

[Collection(nameof(LimitedApiHost))]
public sealed partial class RateLimitTests(LimitedApiHost host)
{
    private static readonly LimitOptions _limits = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_UnderTheLimit_HearsPolicyAndWhatIsLeft()
    {
        using var client = host.ClientAt(LimitedApiHost.NewAddress());

        using var first = await client.GetAsync("/api/v1/prices", Cancel);
        using var second = await client.GetAsync("/api/v1/prices", Cancel);

        Assert.Equal($"\"read\";q={_limits.Read.Address.Permits};w=60", Header(first, "RateLimit-Policy"));
        Assert.Equal((_limits.Read.Address.Permits - 1, 1), Left(first));
        // Between the two a token may have come back: there are 50 a second.
        Assert.InRange(Left(second).Remaining, _limits.Read.Address.Permits - 2, _limits.Read.Address.Permits - 1);
        Assert.Equal(1, Left(second).Reset);
        Assert.Null(first.Headers.RetryAfter);
    }

    [Fact]
    public async Task Request_OverTheLimit_Is429_UntilRetryAfterHasPassed()
    {
        using var client = host.ClientAt(LimitedApiHost.NewAddress());
        var rule = _limits.SignIn.Address;
        await AssertFlood(rule, rule.Permits, () => SignUp(client));

        using var refused = await client.PostAsJsonAsync("/api/v1/users", new { Email = "x", Password = "x" }, Cancel);

        var problem = await TestUser.Json(refused);
        var wait = refused.Headers.RetryAfter!.Delta!.Value;
        Assert.Equal((429, "rate_limited"), ((int)refused.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(wait.TotalSeconds, problem.GetProperty("retryAfterSeconds").GetInt64());
        Assert.Equal((0, (int)wait.TotalSeconds), Left(refused));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), rule.Window / rule.Permits);
        host.Clock.Advance(wait);
        Assert.Equal(422, (await SignUp(client)).Status);
        await AssertFlood(rule, 0, () => SignUp(client));
    }

    [Fact]
    public async Task Limit_OfOneAddress_IsNotAnothers()
    {
        using var flooder = host.ClientAt(LimitedApiHost.NewAddress());
        using var other = host.ClientAt(LimitedApiHost.NewAddress());
        await Flood(() => SignUp(flooder));

        Assert.Equal(429, (await SignUp(flooder)).Status);
        Assert.Equal(422, (await SignUp(other)).Status);
        // What reads is another class, which the flood did not touch.
        using var read = await flooder.GetAsync("/api/v1/prices", Cancel);
        Assert.Equal(200, (int)read.StatusCode);
    }

    /// <summary>Two processes, forty callers at once, far more requests than allowed.</summary>
    [Fact]
    public async Task Limit_TwoApiProcesses_ShareItExactly()
    {
        await using var second = host.WithWebHostBuilder(_ => { });
        var address = LimitedApiHost.NewAddress();
        using var here = host.ClientAt(address);
        using var there = LimitedApiHost.At(second.CreateClient(NoCookies()), address);
        var rule = _limits.Write.Address;
        var watch = Stopwatch.StartNew();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var answers = new List<Answer>();
            for (var n = 0; n < 50; n++)
            {
                answers.Add(await Write(i % 2 == 0 ? here : there));
            }

            return answers;
        }));

        var granted = answers.SelectMany(caller => caller).Where(answer => answer.Status != 429).ToList();
        var refilled = watch.Elapsed / (rule.Window / rule.Permits);
        Assert.InRange(granted.Count, rule.Permits * 0.75, int.MaxValue);
        Assert.InRange(granted.Count(answer => answer.IsCounted), 0, rule.Permits + refilled);
    }

    [Fact]
    public async Task User_OverTheLimit_IsHeldUpFromEveryAddress_AndItsKeyIsCountedAlone()
    {
        using var user = await SignedUp();
        var key = (await user.Read(HttpMethod.Post, "/api-keys", new { name = "all", scopes = ApiKeyScopes.All }))
            .GetProperty("key").GetString();
        using var stranger = await SignedUp();

        await Flood(() => Upload(user, LimitedApiHost.NewAddress()));

        Assert.Equal(400, (await Upload(user, LimitedApiHost.NewAddress(), key)).Status);
        Assert.Equal(400, (await Upload(stranger, LimitedApiHost.NewAddress())).Status);
    }

    [Fact]
    public async Task Health_IsNeverLimited()
    {
        using var client = host.ClientAt(LimitedApiHost.NewAddress());

        using var answer = await client.GetAsync("/health/live", Cancel);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("RateLimit-Policy"));
    }

    [Theory]
    [InlineData("10.1.2.3", "203.0.113.1", "203.0.113.2", 422)]
    [InlineData("10.1.2.3", "203.0.113.3", "203.0.113.3", 429)]
    [InlineData("192.0.2.1", "203.0.113.4", "203.0.113.5", 429)]
    public async Task ForwardedFor_CountsFromOurProxyAlone(string peer, string flooder, string other, int expected)
    {
        await using var proxied = host.WithWebHostBuilder(builder =>
            builder.UseSetting("Traffic:Proxies:0", "10.0.0.0/8"));
        using var client = LimitedApiHost.At(proxied.CreateClient(NoCookies()), peer);
        await Flood(() => SignUp(client, flooder));

        Assert.Equal(expected, (await SignUp(client, other)).Status);
    }

    /// <summary>As many are let through as are permitted, and what was refilled meanwhile.</summary>
    private static async Task AssertFlood(RateRule rule, int permits, Func<Task<Answer>> request)
    {
        var watch = Stopwatch.StartNew();
        var passed = await Flood(request);
        var refilled = watch.Elapsed / (rule.Window / rule.Permits);
        Assert.All(passed, answer => Assert.Equal(422, answer.Status));
        Assert.InRange(passed.Count, permits, int.MaxValue);
        Assert.InRange(passed.Count(answer => answer.IsCounted), 0, permits + refilled);
    }

    /// <summary>What passes before one is refused.</summary>
    private static async Task<List<Answer>> Flood(Func<Task<Answer>> request)
    {
        var passed = new List<Answer>();
        var watch = Stopwatch.StartNew();
        while (await request() is { Status: not 429 } answer)
        {
            passed.Add(answer);
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"None of {passed.Count} requests was refused.");
        }

        return passed;
    }

    private static async Task<Answer> SignUp(HttpClient client, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/users");
        request.Content = JsonContent.Create(new { Email = "x", Password = "x" });
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        using var answer = await client.SendAsync(request, Cancel);
        return Answer.From(answer);
    }

    private static async Task<Answer> Write(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync(
            "/api/v1/sessions/refresh", new { RefreshToken = "none" }, Cancel);
        return Answer.From(answer);
    }

    /// <summary>With a body that is not good: it counts all the same.</summary>
    private static async Task<Answer> Upload(TestUser user, string address, string? key = null)
    {
        using var answer = await user.Send(
            HttpMethod.Post, "/uploads", new { }, token: key,
            headers: h => h.Add(LimitedApiHost.AddressHeader, address));
        return Answer.From(answer);
    }

    /// <summary>Whoever signs up in a test is no part of its flood.</summary>
    private async Task<TestUser> SignedUp()
    {
        host.Clock.Advance(_limits.SignIn.Address.Window);
        return await TestUser.SignUp(host);
    }

    private static WebApplicationFactoryClientOptions NoCookies() =>
        new() { BaseAddress = new Uri(ApiHost.Origin), HandleCookies = false };

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();

    private static (int Remaining, int Reset) Left(HttpResponseMessage answer)
    {
        var match = LimitHeader().Match(Header(answer, "RateLimit"));
        Assert.True(match.Success, Header(answer, "RateLimit"));
        return (Number(1), Number(2));

        int Number(int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <param name="IsCounted">
    /// A bucket that answers late lets requests through for a moment, uncounted and without a limit in their answers.
    /// </param>
    private sealed record Answer(int Status, bool IsCounted)
    {
        internal static Answer From(HttpResponseMessage answer) =>
            new((int)answer.StatusCode, answer.Headers.Contains("RateLimit"));
    }

    [GeneratedRegex("^\"[a-z-]+\";r=([0-9]+);t=([0-9]+)$")]
    private static partial Regex LimitHeader();
}
