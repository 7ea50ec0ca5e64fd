using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ax2.TestKit.Users;
using Xunit;

namespace Ax2.Users;

/// <summary>A user of the API host, in plain HTTP: every header and cookie is the test's own.</summary>
internal sealed class TestUser : IDisposable
{
    public const string Password = "correct horse battery";

    private TestUser(ApiHost host) => Http = host.NewClient();

    public HttpClient Http { get; }

    public string Email { get; private init; } = $"user-{Guid.CreateVersion7():N}@example.com";

    public Guid UserId { get; private set; }

    public Tokens Tokens { get; set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Signed up and signed in as a program is.</summary>
    public static async Task<TestUser> SignUp(ApiHost host, string? email = null)
    {
        var user = email is null ? new TestUser(host) : new TestUser(host) { Email = email };
        using var created = await user.Send(HttpMethod.Post, "/users", new { user.Email, Password }, token: "");
        Assert.Equal(202, (int)created.StatusCode);
        await user.SignIn();
        return user;
    }

    /// <summary>Signed up with this address, and it is verified: a repeat is the same user.</summary>
    public static async Task<TestUser> SignUpVerified(ApiHost host, string? email = null)
    {
        var user = await SignUp(host, email);
        if (!(await user.Read(HttpMethod.Get, "/me")).GetProperty("emailVerified").GetBoolean())
        {
            var token = RecordingMailer.TokenIn(await host.Mailer.WaitForAsync(user.Email, "/verify#"));
            using var verified = await user.Send(HttpMethod.Post, "/email-verifications/confirm", new { token }, "");
            Assert.Equal(204, (int)verified.StatusCode);
            // The session before remembers for a moment that this was no admin.
            await user.SignIn();
        }

        return user;
    }

    public async Task SignIn()
    {
        using var answer = await Send(HttpMethod.Post, "/sessions", new { Email, Password }, token: "");
        var session = await Json(answer);
        Assert.True((int)answer.StatusCode == 201, session.ToString());
        Tokens = new Tokens(
            session.GetProperty("accessToken").GetString()!, session.GetProperty("refreshToken").GetString()!);
        UserId = session.GetProperty("user").GetProperty("userId").GetGuid();
    }

    /// <param name="token">Null is the user's own access token; empty is none.</param>
    public async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, object? body = null, string? token = null,
        Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        var bearer = token ?? Tokens.Access;
        request.Headers.Authorization = bearer.Length == 0 ? null : new AuthenticationHeaderValue("Bearer", bearer);
        request.Content = body is null ? null : JsonContent.Create(body);
        headers?.Invoke(request.Headers);
        return await Http.SendAsync(request, Cancel);
    }

    public Task<HttpResponseMessage> Get(string path, string? token = null) => Send(HttpMethod.Get, path, token: token);

    public async Task<int> StatusOf(string path, string? token = null)
    {
        using var answer = await Get(path, token);
        return (int)answer.StatusCode;
    }

    public async Task<JsonElement> Read(HttpMethod method, string path, object? body = null, string? token = null)
    {
        using var answer = await Send(method, path, body, token);
        var json = await Json(answer);
        Assert.True(answer.IsSuccessStatusCode, json.ToString());
        return json;
    }

    public static async Task<JsonElement> Json(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(text.Length > 0, $"{answer.StatusCode} without a body");
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<(int Status, string? Code)> Problem(HttpResponseMessage answer)
    {
        var json = await Json(answer);
        return ((int)answer.StatusCode, json.GetProperty("code").GetString());
    }

    public void Dispose() => Http.Dispose();
}

internal sealed record Tokens(string Access, string Refresh);
