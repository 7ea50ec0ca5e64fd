using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Ax2.Benchmarks.Answers;

/// <summary>A user, and the credentials of one session.</summary>
internal sealed record Account(string Email, Guid UserId, Guid WorkspaceId, string Token, string RefreshToken)
{
    public const string Password = "a long enough password";

    /// <param name="path">After <c>/api/v1</c>.</param>
    /// <param name="workspace">Null: the user's own.</param>
    public HttpRequestMessage Request(
        HttpMethod method, string path, object? body = null, Guid? workspace = null, string? key = null)
    {
        var request = Open(method, path, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (workspace is { } id)
        {
            request.Headers.Add("Ax2-Workspace", $"{id}");
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    }

    public HttpRequestMessage Get(string path) => Request(HttpMethod.Get, path);

    public HttpRequestMessage Post(string path, object? body = null, string? key = null) =>
        Request(HttpMethod.Post, path, body, key: key);

    public HttpRequestMessage Delete(string path) => Request(HttpMethod.Delete, path);

    /// <summary>A request of nobody.</summary>
    public static HttpRequestMessage Open(HttpMethod method, string path, object? body = null) =>
        new(method, new Uri($"/api/v1{path}", UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };

    public static HttpRequestMessage OpenGet(string path) => Open(HttpMethod.Get, path);

    public static HttpRequestMessage OpenPost(string path, object body) => Open(HttpMethod.Post, path, body);

    public static string NewEmail() => $"u-{Guid.CreateVersion7():N}@ax2.localhost";
}
