using System.Security.Cryptography;
using Ax2.TestKit.Users;
using Ax2.Users;
using Ax2.Workspaces;

namespace Ax2.Matrix;

/// <summary>Everybody who may knock at a route: each role in a shared workspace, strangers, bad credentials.</summary>
internal sealed class TestCallers : IDisposable
{
    private readonly List<TestUser> _users = [];

    private TestCallers()
    {
    }

    internal Guid Workspace { get; private set; }

    /// <summary>By name; null is nobody.</summary>
    internal Dictionary<string, string?> Tokens { get; } = new() { ["nobody"] = null };

    internal static async Task<TestCallers> Make(ApiHost host)
    {
        var callers = new TestCallers();
        var owner = await callers.Add(host, "owner");
        var made = await owner.Read(HttpMethod.Post, "/workspaces", new { name = "Newsroom" });
        callers.Workspace = made.GetProperty("id").GetGuid();
        foreach (var role in new[] { WorkspaceRole.Editor, WorkspaceRole.Viewer, WorkspaceRole.Billing })
        {
            var name = role.ToString().ToLowerInvariant();
            await Join(host, callers.Workspace, owner, await callers.Add(host, name), name);
        }

        await callers.Add(host, "stranger");
        await callers.Add(host, "admin", ApiHost.AdminEmail);
        await callers.AddBadTokens(host, owner);
        await callers.AddKeys(owner);
        return callers;
    }

    internal static async Task Join(ApiHost host, Guid workspace, TestUser owner, TestUser user, string role)
    {
        await owner.Read(HttpMethod.Post, $"/workspaces/{workspace}/invitations", new { email = user.Email, role });
        var token = RecordingMailer.TokenIn(await host.Mailer.WaitForAsync(user.Email, "/workspaces#"));
        await user.Read(HttpMethod.Post, "/invitations/accept", new { token });
    }

    public void Dispose() => _users.ForEach(user => user.Dispose());

    private async Task<TestUser> Add(ApiHost host, string name, string? email = null)
    {
        var user = await TestUser.SignUpVerified(host, email);
        _users.Add(user);
        Tokens[name] = user.Tokens.Access;
        return user;
    }

    /// <summary>The owner's token, wrong in one thing each.</summary>
    private async Task AddBadTokens(ApiHost host, TestUser owner)
    {
        using var key = (await host.SigningKey()).Open();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var past = host.Clock.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds();
        var token = owner.Tokens.Access;
        Tokens["expired"] = TokenForge.Forge(token, key, null, claims => claims["exp"] = past);
        Tokens["forged"] = TokenForge.Forge(token, stranger);
        Tokens["none"] = TokenForge.Write(token, header => header["alg"] = "none", null, _ => []);
        Tokens["wrong audience"] = TokenForge.Forge(token, key, null, claims => claims["aud"] = "another-api");
    }

    private async Task AddKeys(TestUser owner)
    {
        Tokens["key"] = (await MakeKey(owner)).GetProperty("key").GetString();
        var revoked = await MakeKey(owner);
        Tokens["revoked key"] = revoked.GetProperty("key").GetString();
        using var answer = await owner.Send(
            HttpMethod.Delete, $"/api-keys/{revoked.GetProperty("apiKey").GetProperty("id").GetGuid()}");
        answer.EnsureSuccessStatusCode();
    }

    private async Task<System.Text.Json.JsonElement> MakeKey(TestUser owner)
    {
        using var answer = await owner.Send(
            HttpMethod.Post, "/api-keys", new { name = "ci", scopes = ApiKeyScopes.All, lifetimeDays = 1 },
            headers: headers => headers.Add("Ax2-Workspace", Workspace.ToString()));
        answer.EnsureSuccessStatusCode();
        return await TestUser.Json(answer);
    }
}
