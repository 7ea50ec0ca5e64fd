using Ax2.Matrix;
using Ax2.Users;

namespace Ax2.Workspaces;

/// <summary>A shared workspace over HTTP, with its owner.</summary>
internal sealed class SharedWorkspace : IDisposable
{
    private readonly ApiHost _host;

    private SharedWorkspace(ApiHost host, TestUser owner, Guid id)
    {
        _host = host;
        Owner = owner;
        Id = id;
    }

    internal TestUser Owner { get; }

    internal Guid Id { get; }

    internal static async Task<SharedWorkspace> Make(ApiHost host)
    {
        var owner = await TestUser.SignUpVerified(host);
        var made = await owner.Read(HttpMethod.Post, "/workspaces", new { name = "Newsroom" });
        return new SharedWorkspace(host, owner, made.GetProperty("id").GetGuid());
    }

    internal async Task<TestUser> Join(string role)
    {
        var user = await TestUser.SignUpVerified(_host);
        await TestCallers.Join(_host, Id, Owner, user, role);
        return user;
    }

    /// <summary>In this workspace.</summary>
    internal Task<HttpResponseMessage> Send(TestUser user, HttpMethod method, string path, object? body = null) =>
        user.Send(method, path, body, headers: headers => headers.Add("Ax2-Workspace", Id.ToString()));

    internal async Task<int> Status(TestUser user, HttpMethod method, string path, object? body = null)
    {
        using var answer = await Send(user, method, path, body);
        return (int)answer.StatusCode;
    }

    /// <summary>The path of an upload that the user begins here.</summary>
    internal async Task<string> Upload(TestUser user)
    {
        using var answer = await Send(user, HttpMethod.Post, "/uploads", new { fileName = "a.mp4", sizeBytes = 3 });
        return $"/uploads/{(await TestUser.Json(answer)).GetProperty("id").GetGuid()}";
    }

    public void Dispose() => Owner.Dispose();
}
