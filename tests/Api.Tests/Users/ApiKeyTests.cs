using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace Ax2.Users;

[Collection(nameof(ApiHost))]
public sealed class ApiKeyTests(ApiHost host)
{
    private static readonly TimeSpan _known = TimeSpan.FromSeconds(5);

    /// <summary>A missing job answers 404 to whoever may ask: 403 is the key's answer alone.</summary>
    [Theory]
    [InlineData("jobs:read", 404, 403, 403)]
    [InlineData("jobs:write", 403, 404, 403)]
    [InlineData("credits:read", 403, 403, 200)]
    public async Task Key_MayDoWhatItsScopeSays_AndNothingElse(
        string scope, int readJob, int cancelJob, int readCredits)
    {
        using var user = await TestUser.SignUp(host);
        var (_, key) = await Make(user, scope);
        var job = $"/jobs/{Guid.CreateVersion7()}";

        Assert.Equal(readJob, await Status(user, HttpMethod.Get, job, key));
        Assert.Equal(cancelJob, await Status(user, HttpMethod.Post, job + "/cancel", key));
        Assert.Equal(readCredits, await Status(user, HttpMethod.Get, "/credits", key));
    }

    [Theory]
    [InlineData("GET", "/me")]
    [InlineData("GET", "/sessions")]
    [InlineData("DELETE", "/sessions")]
    [InlineData("DELETE", "/sessions/current")]
    [InlineData("GET", "/api-keys")]
    [InlineData("POST", "/api-keys")]
    public async Task Key_WithEveryScope_DecidesNothingAboutTheWaysIn(string method, string path)
    {
        using var user = await TestUser.SignUp(host);
        var (_, key) = await Make(user, [.. ApiKeyScopes.All]);

        using var answer = await user.Send(new HttpMethod(method), path, method == "POST" ? new { } : null, key);

        Assert.Equal((403, "scope_missing"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Key_IsShownOnce_AndListedByItsPrefix()
    {
        using var user = await TestUser.SignUp(host);
        var (id, key) = await Make(user, "credits:read");
        Assert.Equal(200, await user.StatusOf("/credits", key));

        var text = (await user.Read(HttpMethod.Get, "/api-keys")).GetRawText();

        var listed = JsonDocument.Parse(text).RootElement.GetProperty("items")[0];
        Assert.Equal(id, listed.GetProperty("id").GetGuid());
        Assert.StartsWith(listed.GetProperty("prefix").GetString()!, key, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, listed.GetProperty("lastUsedAt").ValueKind);
        Assert.DoesNotContain(key.Split('_')[2], text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            host.Audit.Entries, e => e.Content.Contains(key.Split('_')[2], StringComparison.Ordinal));
        Assert.Contains(host.Audit.Entries, e => e.Action == "api_key_create" && e.Actor == user.UserId.ToString());
    }

    [Fact]
    public async Task Key_Revoked_IsTurnedAwayWithinSeconds()
    {
        using var user = await TestUser.SignUp(host);
        var (id, key) = await Make(user, "credits:read");
        Assert.Equal(200, await user.StatusOf("/credits", key));

        using var answer = await user.Send(HttpMethod.Delete, $"/api-keys/{id}");
        host.Clock.Advance(_known);

        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(401, await user.StatusOf("/credits", key));
        Assert.Contains(host.Audit.Entries, e => e.Action == "api_key_revoke" && e.Actor == user.UserId.ToString());
    }

    [Fact]
    public async Task Key_RevokedAtOneProcess_IsTurnedAwayAtAnotherWithinSeconds()
    {
        using var user = await TestUser.SignUp(host);
        using var other = host.NewClientOfAnotherProcess();
        var (id, key) = await Make(user, "credits:read");
        Assert.Equal(200, await user.StatusOf("/credits", key));
        Assert.Equal(200, await At(other));

        using var answer = await user.Send(HttpMethod.Delete, $"/api-keys/{id}");
        host.Clock.Advance(_known);

        Assert.Equal(401, await At(other));
        Assert.Equal(401, await user.StatusOf("/credits", key));

        async Task<int> At(HttpClient process)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/credits");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var response = await process.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Key_Expired_IsTurnedAwayAtOnce()
    {
        using var user = await TestUser.SignUp(host);
        var (_, key) = await Make(user, "credits:read");
        host.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(2));
        Assert.Equal(200, await user.StatusOf("/credits", key));

        host.Clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(401, await user.StatusOf("/credits", key));
    }

    [Fact]
    public async Task Key_Rotated_WorksBesideItsSuccessorForTheOverlap()
    {
        using var user = await TestUser.SignUp(host);
        var (id, old) = await Make(user, "credits:read");

        var made = await user.Read(HttpMethod.Post, $"/api-keys/{id}/rotate", new { overlapHours = 1 });

        var successor = made.GetProperty("key").GetString()!;
        Assert.Equal(200, await user.StatusOf("/credits", old));
        Assert.Equal(200, await user.StatusOf("/credits", successor));
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(401, await user.StatusOf("/credits", old));
        Assert.Equal(200, await user.StatusOf("/credits", successor));
    }

    [Fact]
    public async Task Key_OfAnotherUser_IsNotThere()
    {
        using var user = await TestUser.SignUp(host);
        using var stranger = await TestUser.SignUp(host);
        var (id, key) = await Make(user, "credits:read");

        using var revoked = await stranger.Send(HttpMethod.Delete, $"/api-keys/{id}");
        using var rotated = await stranger.Send(HttpMethod.Post, $"/api-keys/{id}/rotate", new { overlapHours = 0 });

        Assert.Equal((404, "api_key_unknown"), await TestUser.Problem(revoked));
        Assert.Equal((404, "api_key_unknown"), await TestUser.Problem(rotated));
        Assert.Equal(200, await user.StatusOf("/credits", key));
    }

    [Theory]
    [InlineData("", "jobs:read", 1, "api_key_name_invalid")]
    [InlineData("a\u0007b", "jobs:read", 1, "api_key_name_invalid")]
    [InlineData("ci", "admin", 1, "api_key_scopes_invalid")]
    [InlineData("ci", null, 1, "api_key_scopes_invalid")]
    [InlineData("ci", "jobs:read", 0, "api_key_lifetime_invalid")]
    [InlineData("ci", "jobs:read", 367, "api_key_lifetime_invalid")]
    [InlineData("ci", "jobs:read", int.MaxValue, "api_key_lifetime_invalid")]
    public async Task Key_AskedForWrongly_IsNotMade(string name, string? scope, int lifetimeDays, string code)
    {
        using var user = await TestUser.SignUp(host);
        string[] scopes = scope is null ? [] : [scope];

        using var answer = await user.Send(HttpMethod.Post, "/api-keys", new { name, scopes, lifetimeDays });

        Assert.Equal((422, code), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Key_IsNotMadeFromASessionThatWasLeftOpen()
    {
        using var user = await TestUser.SignUp(host);
        host.Clock.Advance(TimeSpan.FromMinutes(16));
        var tokens = await user.Read(
            HttpMethod.Post, "/sessions/refresh", new { refreshToken = user.Tokens.Refresh }, token: "");

        using var answer = await user.Send(
            HttpMethod.Post, "/api-keys", new { name = "ci", scopes = new[] { "jobs:read" } },
            tokens.GetProperty("accessToken").GetString());

        Assert.Equal((403, "sign_in_again"), await TestUser.Problem(answer));
    }

    [Fact]
    public async Task Key_InACookie_IsNobody()
    {
        using var user = await TestUser.SignUp(host);
        var (_, key) = await Make(user, "credits:read");

        using var answer = await user.Send(
            HttpMethod.Get, "/credits", null, "", headers => headers.Add("Cookie", $"__Host-ax2_access={key}"));

        Assert.Equal(401, (int)answer.StatusCode);
    }

    private static async Task<(Guid Id, string Key)> Make(TestUser user, params string[] scopes)
    {
        var made = await user.Read(HttpMethod.Post, "/api-keys", new { name = "ci", scopes, lifetimeDays = 1 });
        return (made.GetProperty("apiKey").GetProperty("id").GetGuid(), made.GetProperty("key").GetString()!);
    }

    private static async Task<int> Status(TestUser user, HttpMethod method, string path, string key)
    {
        using var answer = await user.Send(method, path, method == HttpMethod.Post ? new { } : null, key);
        return (int)answer.StatusCode;
    }
}
