using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Ax2.Tests.Cluster;

/// <param name="Status">Of the right answer.</param>
internal sealed record HttpCall(string Method, string Path, object? Body, int Status)
{
    /// <summary>Of another answer that is right too.</summary>
    public int? MayAnswer { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Of a stream: it is answered when a line begins so. Empty is any line, a keep-alive too; null is no stream.
    /// </summary>
    public string? Until { get; init; }
}

/// <param name="Status">Zero when nothing was answered, or only a part.</param>
/// <param name="Code">Of a problem.</param>
internal sealed record HttpAnswer(int Status, string? Code, TimeSpan? RetryAfter, TimeSpan After);

/// <summary>A user in plain HTTP, whose calls are sent once: nothing stands between test and wire.</summary>
internal sealed class HttpUser(Uri origin) : IDisposable
{
    private const string Api = "/api/v1";
    private readonly HttpClient _http = new() { BaseAddress = origin, Timeout = TimeSpan.FromMinutes(1) };

    public object Credentials { get; } =
        new { email = $"u{Guid.CreateVersion7():N}@ax2.localhost", password = "a long enough password" };

    public string RefreshToken { get; private set; } = "";

    public async Task SignUpAsync(CancellationToken cancellationToken)
    {
        await PostAsync("/users", Credentials, cancellationToken);
        var session = await PostAsync("/sessions", Credentials, cancellationToken);
        RefreshToken = session.GetProperty("refreshToken").GetString()!;
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", session.GetProperty("accessToken").GetString());
    }

    /// <summary>A file of one part.</summary>
    public async Task<string> UploadAsync(string path, bool isCompleted, CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(path, cancellationToken);
        var upload = await PostAsync(
            "/uploads", new { fileName = Path.GetFileName(path), sizeBytes = content.Length }, cancellationToken);
        var part = upload.GetProperty("parts")[0].GetProperty("url").GetString()!;
        using var body = new ByteArrayContent(content);
        body.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(content))}:");
        using var sent = await _http.PutAsync(new Uri(part, UriKind.RelativeOrAbsolute), body, cancellationToken);
        sent.EnsureSuccessStatusCode();
        var id = upload.GetProperty("id").GetString()!;
        while (isCompleted)
        {
            upload = await PostAsync($"/uploads/{id}/complete", new { }, cancellationToken);
            isCompleted = upload.GetProperty("state").GetString() == "open";
        }

        return id;
    }

    public async Task<string> StartJobAsync(string uploadId, CancellationToken cancellationToken) =>
        (await PostAsync("/jobs", new { uploadId, language = "en" }, cancellationToken)).GetProperty("id").GetString()!;

    /// <summary>Waits for the end of a job: then its stream of events ends.</summary>
    public async Task EndAsync(string jobId, CancellationToken cancellationToken) =>
        await _http.GetStringAsync(new Uri($"{Api}/jobs/{jobId}/events", UriKind.Relative), cancellationToken);

    public async Task<HttpAnswer> SendAsync(HttpCall call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), Api + call.Path);
        request.Content = call.Body is null ? null : JsonContent.Create(call.Body);
        if (call.IdempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", call.IdempotencyKey);
        }

        var since = TimeProvider.System.GetTimestamp();
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            var body = await ReadAsync(answer, call.Until);
            return new HttpAnswer(
                (int)answer.StatusCode, CodeOf(body), answer.Headers.RetryAfter?.Delta,
                TimeProvider.System.GetElapsedTime(since));
        }
        catch (Exception none) when (none is HttpRequestException or OperationCanceledException or IOException)
        {
            return new HttpAnswer(0, none.GetType().Name, null, TimeProvider.System.GetElapsedTime(since));
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> ReadAsync(HttpResponseMessage answer, string? until)
    {
        if (until is null || !answer.IsSuccessStatusCode)
        {
            return await answer.Content.ReadAsStringAsync();
        }

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(until, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new IOException("The stream ended before that.");
    }

    private static string? CodeOf(string body)
    {
        if (!body.StartsWith('{'))
        {
            return null;
        }

        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
    }

    private async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(Api + path, body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        answer.EnsureSuccessStatusCode();
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
