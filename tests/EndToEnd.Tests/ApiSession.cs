using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace Ax2.Tests;

/// <summary>
/// A user's way through the REST API, in plain HTTP, so that nothing of ours stands between test and wire.
/// </summary>
public sealed class ApiSession : IDisposable
{
    private const string Api = "/api/v1";
    private static readonly TimeSpan JobTimeout = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan MailTimeout = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;

    private ApiSession(Uri origin) => _http = new HttpClient { BaseAddress = origin };

    public HttpClient Http => _http;

    /// <summary>A new user, or with an address the one that has it.</summary>
    public static async Task<ApiSession> SignUp(Uri origin, string? email = null)
    {
        var session = new ApiSession(origin);
        var user = new
        {
            email = email ?? $"u{Guid.CreateVersion7():N}@example.com", password = "a long enough password",
        };
        using var created = await session.Post("/users", user);
        Assert.Equal(202, (int)created.StatusCode);
        using var signedIn = await session.Post("/sessions", user);
        var token = (await Json(signedIn)).GetProperty("accessToken").GetString();
        session._http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return session;
    }

    /// <summary>Follows the link of the mail that came after signing up, unless that was done before.</summary>
    public async Task VerifyEmail()
    {
        var me = await Read("/me");
        if (me.GetProperty("emailVerified").GetBoolean())
        {
            return;
        }

        var text = await MailTo(me.GetProperty("email").GetString()!, "/verify#");
        var token = text[(text.IndexOf('#', StringComparison.Ordinal) + 1)..].Split('\n')[0];
        using var verified = await Post("/email-verifications/confirm", new { token });
        Assert.Equal(204, (int)verified.StatusCode);
    }

    /// <summary>
    /// The newest mail in the outbox to the address that has these words; it comes a moment after the command.
    /// </summary>
    private async Task<string> MailTo(string address, string words)
    {
        using var timeout = new CancellationTokenSource(MailTimeout);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var mails = await _http.GetFromJsonAsync<JsonElement>("/dev/outbox/mails", timeout.Token);
            var text = mails.GetProperty("items").EnumerateArray()
                .Where(mail => mail.GetProperty("to").GetString() == address)
                .Select(mail => mail.GetProperty("text").GetString()!)
                .FirstOrDefault(mail => mail.Contains(words, StringComparison.Ordinal));
            if (text is not null)
            {
                return text;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }

    public Task<HttpResponseMessage> Post(string path, object body) => _http.PostAsJsonAsync(Api + path, body);

    public async Task<HttpResponseMessage> Post(string path, object body, string idempotencyKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Api + path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await _http.SendAsync(request);
    }

    public Task<HttpResponseMessage> Put(string path, object body) => _http.PutAsJsonAsync(Api + path, body);

    public Task<HttpResponseMessage> Get(string path) => _http.GetAsync(new Uri(Api + path, UriKind.Relative));

    public async Task<JsonElement> Read(string path)
    {
        using var response = await Get(path);
        return await Json(response);
    }

    public static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(text.Length > 0, $"{response.StatusCode} without a body");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Sends a file in its parts. The answer is that of <c>complete</c>.</summary>
    public async Task<HttpResponseMessage> Upload(string path, string? fileName = null)
    {
        var content = await File.ReadAllBytesAsync(path);
        using var begun = await Post(
            "/uploads", new { fileName = fileName ?? Path.GetFileName(path), sizeBytes = content.Length });
        var upload = await Json(begun);
        Assert.True(begun.IsSuccessStatusCode, upload.ToString());
        foreach (var part in upload.GetProperty("parts").EnumerateArray())
        {
            using var sent = await SendPart(upload, part, content);
            Assert.True(sent.IsSuccessStatusCode, await sent.Content.ReadAsStringAsync());
        }

        return await Complete(upload.GetProperty("id").GetString()!);
    }

    /// <summary>Asks until it is done: joining and probing takes longer than one request on a busy machine.</summary>
    public async Task<HttpResponseMessage> Complete(string uploadId)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (true)
        {
            var answer = await Post($"/uploads/{uploadId}/complete", new { });
            if (answer.StatusCode != System.Net.HttpStatusCode.Accepted)
            {
                return answer;
            }

            answer.Dispose();
            await timer.WaitForNextTickAsync();
        }
    }

    public Task<HttpResponseMessage> SendPart(JsonElement upload, JsonElement part, byte[] content)
    {
        var number = part.GetProperty("number").GetInt32();
        var offset = (number - 1) * upload.GetProperty("partSizeBytes").GetInt64();
        var bytes = content.AsSpan((int)offset, part.GetProperty("sizeBytes").GetInt32()).ToArray();
        var body = new ByteArrayContent(bytes);
        body.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:");
        return _http.PutAsync(new Uri(part.GetProperty("url").GetString()!, UriKind.RelativeOrAbsolute), body);
    }

    /// <summary>Uploads a sound file and answers the upload's id.</summary>
    public async Task<string> ReadyUpload(string path)
    {
        using var completed = await Upload(path);
        var upload = await Json(completed);
        Assert.True(completed.IsSuccessStatusCode, upload.ToString());
        return upload.GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> StartJob(string uploadId)
    {
        using var started = await Post("/jobs", new { uploadId, language = "en" });
        var job = await Json(started);
        Assert.True((int)started.StatusCode == 202, job.ToString());
        return job;
    }

    /// <summary>Follows the job's events to its end, over reconnects, and answers the last one.</summary>
    public async Task<JsonElement> End(string jobId)
    {
        using var timeout = new CancellationTokenSource(JobTimeout);
        var lastId = -1L;
        while (true)
        {
            try
            {
                await foreach (var (id, job) in Events(jobId, lastId, timeout.Token))
                {
                    Assert.True(id > lastId, $"event {id} came after {lastId}");
                    lastId = id;
                    if (job.GetProperty("stage").GetString() is "done" or "partial" or "failed" or "cancelled")
                    {
                        return job;
                    }
                }
            }
            catch (HttpRequestException)
            {
                // The stream broke: ask again from the last number, as an EventSource does.
            }
        }
    }

    public async IAsyncEnumerable<(long Id, JsonElement Job)> Events(
        string jobId,
        long afterId,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Api}/jobs/{jobId}/events");
        request.Headers.Add("Last-Event-ID", $"{afterId}");
        using var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var events = SseParser.Create(stream, (_, data) => JsonDocument.Parse(data.ToArray()).RootElement);
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            yield return (long.Parse(item.EventId!, CultureInfo.InvariantCulture), item.Data);
        }
    }

    public void Dispose() => _http.Dispose();
}
