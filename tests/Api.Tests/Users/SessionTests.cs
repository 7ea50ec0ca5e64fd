using Xunit;

namespace Ax2.Users;

[Collection(nameof(ApiHost))]
public sealed class SessionTests(ApiHost host)
{
    private static readonly TimeSpan _known = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task SignOut_EndsAccessAndRefresh()
    {
        using var user = await TestUser.SignUp(host);
        Assert.Equal(200, await user.StatusOf("/me"));

        using var answer = await user.Send(HttpMethod.Delete, "/sessions/current");

        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(401, await user.StatusOf("/me"));
        using var refreshed = await Refresh(user);
        Assert.Equal((401, "not_signed_in"), await TestUser.Problem(refreshed));
    }

    /// <summary>The access token is good for minutes; its session is not.</summary>
    [Fact]
    public async Task SessionEndedElsewhere_IsTurnedAwayWithinSeconds()
    {
        using var user = await TestUser.SignUp(host);
        Assert.Equal(200, await user.StatusOf("/me"));

        await host.Grains.GetGrain<IUserSessionsGrain>(user.UserId).EndAll(null, new Device("", ""));
        host.Clock.Advance(_known);

        Assert.Equal(401, await user.StatusOf("/me"));
    }

    [Fact]
    public async Task RefreshToken_UsedTwice_EndsTheSession()
    {
        using var user = await TestUser.SignUp(host);
        using var first = await Refresh(user);
        Assert.Equal(200, (int)first.StatusCode);
        host.Clock.Advance(new SessionOptions().RefreshGrace);

        using var second = await Refresh(user);

        Assert.Equal(401, (int)second.StatusCode);
        var newest = (await TestUser.Json(first)).GetProperty("accessToken").GetString();
        Assert.Equal(401, await user.StatusOf("/me", newest));
        Assert.Contains(host.Audit.Entries, e => e.Action == "refresh_reuse" && e.Actor == user.UserId.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("ax2r_019b0000000070008000000000000001_00")]
    public async Task RefreshToken_MadeUp_IsTurnedAway(string token)
    {
        using var user = await TestUser.SignUp(host);

        using var answer = await user.Send(HttpMethod.Post, "/sessions/refresh", new { refreshToken = token }, "");

        Assert.Equal((401, "not_signed_in"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task AccessToken_IsNoRefreshToken_NorTheOtherWayRound()
    {
        using var user = await TestUser.SignUp(host);

        using var refreshed = await user.Send(
            HttpMethod.Post, "/sessions/refresh", new { refreshToken = user.Tokens.Access }, "");

        Assert.Equal(401, (int)refreshed.StatusCode);
        Assert.Equal(401, await user.StatusOf("/me", user.Tokens.Refresh));
    }

    [Fact]
    public async Task Devices_AreListed_AndOneIsSignedOut()
    {
        using var user = await TestUser.SignUp(host);
        var first = user.Tokens;
        await user.SignIn();

        var items = (await user.Read(HttpMethod.Get, "/sessions")).GetProperty("items").EnumerateArray().ToList();

        var other = Assert.Single(items, i => !i.GetProperty("isCurrent").GetBoolean());
        Assert.Equal(2, items.Count);
        using var ended = await user.Send(HttpMethod.Delete, $"/sessions/{other.GetProperty("id").GetGuid()}");
        Assert.Equal(204, (int)ended.StatusCode);
        Assert.Equal(401, await user.StatusOf("/me", first.Access));
        Assert.Equal(200, await user.StatusOf("/me"));
    }

    [Fact]
    public async Task Device_OfAnotherUser_IsNotThere()
    {
        using var user = await TestUser.SignUp(host);
        using var stranger = await TestUser.SignUp(host);
        var items = (await user.Read(HttpMethod.Get, "/sessions")).GetProperty("items");

        using var ended = await stranger.Send(HttpMethod.Delete, $"/sessions/{items[0].GetProperty("id").GetGuid()}");

        Assert.Equal((404, "not_found"), await TestUser.Problem(ended));
        Assert.Equal(200, await user.StatusOf("/me"));
    }

    [Fact]
    public async Task SignOutEverywhere_LeavesNobody_OrOnlyTheCaller()
    {
        using var user = await TestUser.SignUp(host);
        var first = user.Tokens;
        await user.SignIn();

        using var others = await user.Send(HttpMethod.Delete, "/sessions?keepCurrent=true");
        host.Clock.Advance(_known);
        Assert.Equal(401, await user.StatusOf("/me", first.Access));
        Assert.Equal(200, await user.StatusOf("/me"));

        using var all = await user.Send(HttpMethod.Delete, "/sessions");
        Assert.Equal(401, await user.StatusOf("/me"));
    }

    [Fact]
    public async Task SignIn_WrongPasswordAndUnknownAddress_AnswerTheSame()
    {
        using var user = await TestUser.SignUp(host);

        using var wrong = await user.Send(
            HttpMethod.Post, "/sessions", new { user.Email, Password = "not this one" }, "");
        using var unknown = await user.Send(
            HttpMethod.Post, "/sessions", new { Email = "x" + user.Email, Password = "not this one" }, "");

        Assert.Equal((401, "sign_in_failed"), await TestUser.Problem(wrong));
        Assert.Equal(
            (await TestUser.Json(wrong)).GetProperty("detail").GetString(),
            (await TestUser.Json(unknown)).GetProperty("detail").GetString());
        Assert.Equal(Names(wrong), Names(unknown));

        static string Names(HttpResponseMessage answer) => string.Join(',', answer.Headers.Select(h => h.Key));
    }

    [Fact]
    public async Task Admin_SessionIsOne_ApiKeyAndStrangerAreNot()
    {
        using var admin = await TestUser.SignUpVerified(host, ApiHost.AdminEmail);
        using var stranger = await TestUser.SignUp(host);
        var key = (await admin.Read(HttpMethod.Post, "/api-keys", new { name = "all", scopes = ApiKeyScopes.All }))
            .GetProperty("key").GetString();
        var find = $"/admin/users?email={Uri.EscapeDataString(stranger.Email)}";

        Assert.Equal(200, await admin.StatusOf(find));
        using var byKey = await admin.Get(find, key);
        Assert.Equal((403, "not_admin"), await TestUser.Problem(byKey));
        using var byStranger = await stranger.Get(find);
        Assert.Equal((403, "not_admin"), await TestUser.Problem(byStranger));
    }

    private static Task<HttpResponseMessage> Refresh(TestUser user) =>
        user.Send(HttpMethod.Post, "/sessions/refresh", new { refreshToken = user.Tokens.Refresh }, token: "");
}
