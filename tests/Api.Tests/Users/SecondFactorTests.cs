using Xunit;

namespace Ax2.Users;

[Collection(nameof(ApiHost))]
public sealed class SecondFactorTests(ApiHost host)
{
    [Fact]
    public async Task SignIn_OfAProgram_TakesTheChallengeToTheSecondStep()
    {
        using var user = await TestUser.SignUp(host);
        var codes = await TurnOn(user);

        using var first = await user.Send(HttpMethod.Post, "/sessions", new { user.Email, TestUser.Password }, "");

        Assert.Equal((401, "mfa_required"), await TestUser.Problem(first));
        var challenge = (await TestUser.Json(first)).GetProperty("challenge").GetString();
        using var wrong = await user.Send(HttpMethod.Post, "/sessions/code", new { challenge, code = "000000x" }, "");
        Assert.Equal((401, "code_wrong"), await TestUser.Problem(wrong));
        var session = await user.Read(HttpMethod.Post, "/sessions/code", new { challenge, code = codes[0] }, "");
        Assert.Equal(200, await user.StatusOf("/me", session.GetProperty("accessToken").GetString()));
    }

    [Fact]
    public async Task SignIn_InABrowser_HasTheChallengeInACookieOnly()
    {
        using var user = await TestUser.SignUp(host);
        var codes = await TurnOn(user);

        using var first = await user.Send(
            HttpMethod.Post, "/sessions", new { user.Email, TestUser.Password, useCookies = true }, "");
        Assert.False((await TestUser.Json(first)).TryGetProperty("challenge", out _));
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0];
        Assert.StartsWith("__Host-ax2_challenge=", cookie, StringComparison.Ordinal);

        using var second = await user.Send(HttpMethod.Post, "/sessions/code", new { code = codes[0] }, "", headers =>
        {
            headers.Add("Cookie", cookie);
            headers.Add("Sec-Fetch-Site", "same-origin");
        });

        Assert.Equal(201, (int)second.StatusCode);
        Assert.Null((await TestUser.Json(second)).GetProperty("accessToken").GetString());
        Assert.Equal(4, second.Headers.GetValues("Set-Cookie").Count());
    }

    [Fact]
    public async Task SecondStep_OverAPlantedSession_MakesANewOneAndEndsTheOld()
    {
        using var attacker = await TestUser.SignUp(host);
        using var user = await TestUser.SignUp(host);
        var codes = await TurnOn(user);
        using var first = await user.Send(
            HttpMethod.Post, "/sessions", new { user.Email, TestUser.Password, useCookies = true }, "");
        var cookie = first.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        using var second = await user.Send(HttpMethod.Post, "/sessions/code", new { code = codes[0] }, "", headers =>
        {
            headers.Add("Cookie", $"{cookie}; __Host-ax2_access={attacker.Tokens.Access}");
            headers.Add("Sec-Fetch-Site", "same-origin");
        });

        Assert.Equal(201, (int)second.StatusCode);
        Assert.Equal(401, await attacker.StatusOf("/me"));
    }

    [Fact]
    public async Task Challenge_IsNoToken()
    {
        using var user = await TestUser.SignUp(host);
        await TurnOn(user);
        using var first = await user.Send(HttpMethod.Post, "/sessions", new { user.Email, TestUser.Password }, "");
        var challenge = (await TestUser.Json(first)).GetProperty("challenge").GetString();

        Assert.Equal(401, await user.StatusOf("/me", challenge));
        using var alone = await user.Send(HttpMethod.Post, "/sessions/code", new { code = "000000" }, "");
        Assert.Equal((401, "challenge_over"), await TestUser.Problem(alone));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/confirm")]
    [InlineData("/recovery-codes")]
    [InlineData("/off")]
    public async Task Change_FromASessionThatWasLeftOpen_IsRefused(string path)
    {
        using var user = await TestUser.SignUp(host);
        host.Clock.Advance(TimeSpan.FromMinutes(16));
        var tokens = await user.Read(
            HttpMethod.Post, "/sessions/refresh", new { refreshToken = user.Tokens.Refresh }, token: "");

        using var answer = await user.Send(
            HttpMethod.Post, "/second-factor" + path, new { code = "000000" },
            tokens.GetProperty("accessToken").GetString());

        Assert.Equal((403, "sign_in_again"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Off_TakesACode()
    {
        using var user = await TestUser.SignUp(host);
        var codes = await TurnOn(user);
        Assert.True((await user.Read(HttpMethod.Get, "/second-factor")).GetProperty("isOn").GetBoolean());

        using var wrong = await user.Send(HttpMethod.Post, "/second-factor/off", new { code = "000000x" });
        using var right = await user.Send(HttpMethod.Post, "/second-factor/off", new { code = codes[0] });

        Assert.Equal((401, "code_wrong"), await TestUser.Problem(wrong));
        Assert.Equal(204, (int)right.StatusCode);
        Assert.False((await user.Read(HttpMethod.Get, "/second-factor")).GetProperty("isOn").GetBoolean());
    }

    private async Task<List<string>> TurnOn(TestUser user)
    {
        var setup = await user.Read(HttpMethod.Post, "/second-factor");
        var key = OtpNet.Base32Encoding.ToBytes(setup.GetProperty("secret").GetString());
        var code = new OtpNet.Totp(key).ComputeTotp(host.Clock.GetUtcNow().UtcDateTime);
        var answer = await user.Read(HttpMethod.Post, "/second-factor/confirm", new { code });
        return [.. answer.GetProperty("codes").EnumerateArray().Select(c => c.GetString()!)];
    }
}
