using System.Diagnostics;
using Ax2.TestKit.Users;
using Xunit;

namespace Ax2.Users;

/// <summary>Accounts over HTTP: what is said, and above all what is not.</summary>
[Collection(nameof(ApiHost))]
public sealed class AccountTests(ApiHost host)
{
    private const string NewPassword = "another staple entirely";
    private const string Zeros = "00000000000000000000000000000000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignUp_KnownAndNewAddress_AnswerTheSame()
    {
        using var user = await TestUser.SignUp(host);

        using var known = await SignUp(user, user.Email, "not the same password");
        using var fresh = await SignUp(user, $"new-{Guid.CreateVersion7():N}@example.com", "not the same password");

        await AssertSame(known, fresh, 202);
        await host.Mailer.WaitForAsync(user.Email, "already");
        await user.SignIn();
    }

    [Fact]
    public async Task AskReset_KnownUnknownAndNoAddress_AnswerTheSame()
    {
        using var user = await TestUser.SignUp(host);

        using var known = await Ask(user, user.Email);
        using var unknown = await Ask(user, "x" + user.Email);
        using var none = await Ask(user, "no address");

        await AssertSame(known, unknown, 202);
        await AssertSame(known, none, 202);
    }

    [Fact]
    public async Task AskReset_TakesAsLongForAnUnknownAddress()
    {
        using var user = await TestUser.SignUp(host);
        var asked = 0;

        await SameTime.AssertAsync(
            () => Time(user, user.Email), () => Time(user, $"x{asked++}{user.Email}"), tolerance: 0.5);
    }

    [Fact]
    public async Task Links_EndToEnd_VerifyAndReset_AndTheSecretIsInNoAddress()
    {
        using var user = await TestUser.SignUp(host);
        var letter = await host.Mailer.WaitForAsync(user.Email, "/verify#");
        Assert.Contains($"{ApiHost.Origin}/verify#ax2m_", letter.Text, StringComparison.Ordinal);
        var verification = new { token = RecordingMailer.TokenIn(letter) };
        Assert.Equal(204, await StatusOf(user, "/email-verifications/confirm", verification));
        Assert.True((await user.Read(HttpMethod.Get, "/me")).GetProperty("emailVerified").GetBoolean());

        using var asked = await Ask(user, user.Email);
        var token = RecordingMailer.TokenIn(await host.Mailer.WaitForAsync(user.Email, "/reset#"));
        var (bad, good) = (new { token, password = "short" }, new { token, password = NewPassword });
        Assert.Equal(422, await StatusOf(user, "/password-resets/confirm", bad));
        Assert.Equal(204, await StatusOf(user, "/password-resets/confirm", good));
        host.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(401, await user.StatusOf("/me"));
        Assert.Equal(422, await StatusOf(user, "/password-resets/confirm", good));
        Assert.Equal(401, await StatusOf(user, "/sessions", new { user.Email, TestUser.Password }));
        Assert.Equal(201, await StatusOf(user, "/sessions", new { user.Email, password = NewPassword }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("ax2m_019b0000000070008000000000000001_00")]
    [InlineData("ax2m_019b0000000070008000000000000001_" + Zeros + Zeros)]
    public async Task Link_MadeUp_IsInvalidWhateverTheUser(string token)
    {
        using var user = await TestUser.SignUp(host);

        foreach (var path in (string[])["/email-verifications/confirm", "/email-changes/confirm"])
        {
            using var answer = await user.Send(HttpMethod.Post, path, new { token }, "");
            Assert.Equal((422, "link_invalid"), await TestUser.Problem(answer));
        }

        using var reset = await user.Send(
            HttpMethod.Post, "/password-resets/confirm", new { token, password = NewPassword }, "");
        Assert.Equal((422, "link_invalid"), await TestUser.Problem(reset));
    }

    [Fact]
    public async Task ChangePassword_NeedsTheOldOne_AndKeepsThisSessionAlone()
    {
        using var user = await TestUser.SignUp(host);
        var first = user.Tokens;
        await user.SignIn();

        using var wrong = await user.Send(
            HttpMethod.Post, "/me/password", new { password = "wrong", newPassword = NewPassword });
        Assert.Equal((403, "password_wrong"), await TestUser.Problem(wrong));
        using var common = await user.Send(
            HttpMethod.Post, "/me/password", new { TestUser.Password, newPassword = "password1" });
        Assert.Equal((422, "password_too_common"), await TestUser.Problem(common));
        using var changed = await user.Send(
            HttpMethod.Post, "/me/password", new { TestUser.Password, newPassword = NewPassword });
        Assert.Equal(204, (int)changed.StatusCode);

        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(401, await user.StatusOf("/me", first.Access));
        Assert.Equal(200, await user.StatusOf("/me"));
    }

    [Fact]
    public async Task ChangeEmail_ByPasswordAndLink()
    {
        using var user = await TestUser.SignUp(host);
        var email = $"new-{Guid.CreateVersion7():N}@example.com";

        using var wrong = await user.Send(HttpMethod.Post, "/me/email", new { password = "wrong", email });
        Assert.Equal((403, "password_wrong"), await TestUser.Problem(wrong));
        using var asked = await user.Send(HttpMethod.Post, "/me/email", new { TestUser.Password, email });
        Assert.Equal(202, (int)asked.StatusCode);
        var token = RecordingMailer.TokenIn(await host.Mailer.WaitForAsync(email, "/email#"));
        Assert.Equal(204, await StatusOf(user, "/email-changes/confirm", new { token }));

        Assert.Equal(email, (await user.Read(HttpMethod.Get, "/me")).GetProperty("email").GetString());
        Assert.Equal(401, await StatusOf(user, "/sessions", new { user.Email, TestUser.Password }));
    }

    [Fact]
    public async Task Deletion_SignsOut_AndCanBeCalledOffByWhoSignsInAgain()
    {
        using var user = await TestUser.SignUp(host);
        using var wrong = await user.Send(HttpMethod.Post, "/me/deletion", new { password = "wrong" });
        Assert.Equal((403, "password_wrong"), await TestUser.Problem(wrong));

        using var asked = await user.Send(HttpMethod.Post, "/me/deletion", new { TestUser.Password });
        Assert.Equal(202, (int)asked.StatusCode);
        var dueAt = (await TestUser.Json(asked)).GetProperty("dueAt").GetDateTimeOffset();

        Assert.Equal(401, await user.StatusOf("/me"));
        await user.SignIn();
        Assert.Equal(
            dueAt, (await user.Read(HttpMethod.Get, "/me")).GetProperty("deletionDueAt").GetDateTimeOffset());
        using var kept = await user.Send(HttpMethod.Delete, "/me/deletion");
        Assert.Equal(204, (int)kept.StatusCode);
        using var again = await user.Send(HttpMethod.Delete, "/me/deletion");
        Assert.Equal((404, "not_found"), await TestUser.Problem(again));
    }

    [Fact]
    public async Task Export_IsOneFile_ForARecentSignInAlone()
    {
        using var user = await TestUser.SignUp(host);
        using var answer = await user.Get("/me/export");

        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal("attachment; filename=ax2-caption-export.json", disposition.ToString());
        var records = (await TestUser.Json(answer)).GetProperty("records").EnumerateArray().ToList();
        var profile = Assert.Single(records, r => r.GetProperty("kind").GetString() == "profile").GetProperty("data");
        Assert.Equal(user.Email, profile.GetProperty("email").GetString());
        host.Clock.Advance(TimeSpan.FromMinutes(16));
        await Refresh(user);
        using var late = await user.Get("/me/export");
        Assert.Equal((403, "sign_in_again"), await TestUser.Problem(late));
    }

    [Theory]
    [InlineData("POST", "/me/email")]
    [InlineData("POST", "/me/password")]
    [InlineData("POST", "/me/deletion")]
    [InlineData("DELETE", "/me/deletion")]
    [InlineData("POST", "/me/email-verification")]
    [InlineData("GET", "/me/export")]
    public async Task Account_IsClosedToNobodyAndToApiKeys(string method, string path)
    {
        using var user = await TestUser.SignUp(host);
        var key = (await user.Read(HttpMethod.Post, "/api-keys", new { name = "all", scopes = ApiKeyScopes.All }))
            .GetProperty("key").GetString();
        var body = method == "POST"
            ? new { TestUser.Password, email = "a@example.com", newPassword = NewPassword }
            : null;

        using var nobody = await user.Send(new HttpMethod(method), path, body, "");
        Assert.Equal((401, "not_signed_in"), await TestUser.Problem(nobody));
        using var byKey = await user.Send(new HttpMethod(method), path, body, key);
        Assert.Equal((403, "scope_missing"), await TestUser.Problem(byKey));
    }

    [Fact]
    public async Task SignUp_MoreFieldsThanThereAre_GiveNothing()
    {
        using var user = await TestUser.SignUp(host);
        var email = $"new-{Guid.CreateVersion7():N}@example.com";
        using var answer = await user.Send(
            HttpMethod.Post, "/users",
            new { email, TestUser.Password, isEmailVerified = true, emailVerified = true, plan = "gold" }, "");
        using var session = await user.Send(HttpMethod.Post, "/sessions", new { email, TestUser.Password }, "");
        var token = (await TestUser.Json(session)).GetProperty("accessToken").GetString();

        var me = await user.Read(HttpMethod.Get, "/me", token: token);
        Assert.False(me.GetProperty("emailVerified").GetBoolean());
        Assert.Equal(0, me.GetProperty("credits").GetProperty("available").GetInt64());
    }

    private static Task<HttpResponseMessage> SignUp(TestUser user, string email, string password) =>
        user.Send(HttpMethod.Post, "/users", new { email, password }, "");

    private static Task<HttpResponseMessage> Ask(TestUser user, string email) =>
        user.Send(HttpMethod.Post, "/password-resets", new { email }, "");

    private static async Task<double> Time(TestUser user, string email)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await Ask(user, email);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<int> StatusOf(TestUser user, string path, object body)
    {
        using var answer = await user.Send(HttpMethod.Post, path, body, "");
        return (int)answer.StatusCode;
    }

    private static async Task Refresh(TestUser user)
    {
        var tokens = await user.Read(
            HttpMethod.Post, "/sessions/refresh", new { refreshToken = user.Tokens.Refresh }, "");
        user.Tokens = new Tokens(
            tokens.GetProperty("accessToken").GetString()!, tokens.GetProperty("refreshToken").GetString()!);
    }

    private static async Task AssertSame(HttpResponseMessage one, HttpResponseMessage other, int status)
    {
        Assert.Equal((status, status), ((int)one.StatusCode, (int)other.StatusCode));
        Assert.Equal(await one.Content.ReadAsStringAsync(Cancel), await other.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(
            one.Headers.Concat(one.Content.Headers).Select(h => h.Key),
            other.Headers.Concat(other.Content.Headers).Select(h => h.Key));
    }
}
