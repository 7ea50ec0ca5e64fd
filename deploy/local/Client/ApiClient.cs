using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Ax2.Local.Client;

/// <summary>
/// The service's HTTP API as this tool uses it. Requests are repeated when nothing was answered or the service was
/// not able to: all of them may be. Every failure is an <see cref="ApiException"/>.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    private const int Attempts = 6;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);
    /// <summary>Sending a part takes longest.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(12);
    /// <summary>All tries end within Sessions:RefreshGrace: later, a used token would end the session.</summary>
    private static readonly TimeSpan RenewalTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim renewing = new(1);
    private Session? session;

    public ApiClient(Uri origin, TimeProvider time)
        : this(new SocketsHttpHandler { UseProxy = false }, origin, time)
    {
    }

    internal ApiClient(HttpMessageHandler handler, Uri origin, TimeProvider time)
    {
        http = new HttpClient(handler) { BaseAddress = origin, Timeout = Timeout.InfiniteTimeSpan };
        this.time = time;
    }

    public Uri Origin => http.BaseAddress!;

    public TimeProvider Time => time;

    public Task CreateUserAsync(string email, string password, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, "users", () => Content(new { email, password }), cancellationToken);

    /// <summary>Signs in; the requests that follow are that user's.</summary>
    public async Task SignInAsync(string email, string password, CancellationToken cancellationToken)
    {
        session = await GetAsync<Session>(
            HttpMethod.Post, "sessions", () => Content(new { email, password }), cancellationToken);
    }

    /// <summary>Ends the session, or leaves it to its own end when the service cannot be reached.</summary>
    public async Task SignOutAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Resource("sessions/current"));
        Authorize(request);
        var (answer, _) = await TryAsync(request, RequestTimeout, cancellationToken);
        answer?.Dispose();
        session = null;
    }

    public Task<Upload> StartUploadAsync(
        string fileName, long sizeBytes, string contentType, CancellationToken cancellationToken) =>
        GetAsync<Upload>(HttpMethod.Post, "uploads",
            () => Content(new { fileName, sizeBytes, contentType }), cancellationToken);

    public Task<Upload> GetUploadAsync(Guid id, CancellationToken cancellationToken) =>
        GetAsync<Upload>(HttpMethod.Get, $"uploads/{id}", null, cancellationToken);

    /// <summary>Sends one part; the service checks it against <paramref name="sha256"/>.</summary>
    public Task PutPartAsync(
        string url, Func<HttpContent> part, byte[] sha256, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, new Uri(Origin, url), () =>
        {
            var content = part();
            content.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{Convert.ToBase64String(sha256)}:");
            return content;
        }, null, cancellationToken);

    /// <summary>What is still open then is at work: joining and probing a large file outlasts one request.</summary>
    public Task<Upload> CompleteUploadAsync(
        Guid id, IEnumerable<PartChecksum> parts, CancellationToken cancellationToken) =>
        GetAsync<Upload>(HttpMethod.Post, $"uploads/{id}/complete", () => Content(new { parts }), cancellationToken);

    public Task DeleteUploadAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"uploads/{id}", null, cancellationToken);

    public Task<QuoteAnswer> GetQuoteAsync(Guid uploadId, string language, CancellationToken cancellationToken) =>
        GetAsync<QuoteAnswer>(HttpMethod.Post, "quotes", () => Content(new { uploadId, language }), cancellationToken);

    public async Task<Job> StartJobAsync(
        Guid uploadId, string language, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, Resource("jobs"),
            () => Content(new { uploadId, language }),
            request => request.Headers.Add("Idempotency-Key", idempotencyKey),
            cancellationToken);
        return await ReadAsync<Job>(answer, cancellationToken);
    }

    public Task CancelJobAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"jobs/{id}/cancel", null, cancellationToken);

    /// <summary>The job's events after <paramref name="lastEventId"/>, as an open stream. Not repeated.</summary>
    public async Task<Stream> OpenEventsAsync(Guid id, string? lastEventId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Resource($"jobs/{id}/events"));
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (!string.IsNullOrEmpty(lastEventId))
            request.Headers.Add("Last-Event-ID", lastEventId);
        var used = Authorize(request);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Unauthorized && await RenewAsync(used, cancellationToken))
        {
            answer.Dispose();
            return await OpenEventsAsync(id, lastEventId, cancellationToken);
        }
        if (answer.IsSuccessStatusCode)
            return await answer.Content.ReadAsStreamAsync(cancellationToken);
        using (answer)
            throw await RefusalAsync(answer, cancellationToken);
    }

    public async Task<byte[]> GetCaptionsAsync(
        Guid jobId, string language, string format, CancellationToken cancellationToken)
    {
        var path = $"jobs/{jobId}/captions/{Uri.EscapeDataString(language)}.{format}";
        using var answer = await SendAsync(HttpMethod.Get, Resource(path), null, null, cancellationToken);
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        renewing.Dispose();
    }

    private static JsonContent Content<T>(T body) => JsonContent.Create(body, options: JsonSerializerOptions.Web);

    private Uri Resource(string path) => new(Origin, "/api/v1/" + path);

    private async Task SendAsync(
        HttpMethod method, string path, Func<HttpContent>? content, CancellationToken cancellationToken) =>
        (await SendAsync(method, Resource(path), content, null, cancellationToken)).Dispose();

    private async Task<T> GetAsync<T>(
        HttpMethod method, string path, Func<HttpContent>? content, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(method, Resource(path), content, null, cancellationToken);
        return await ReadAsync<T>(answer, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web, cancellationToken)
                ?? throw new JsonException("The answer is empty.");
        }
        catch (JsonException failure)
        {
            throw new ApiException((int)answer.StatusCode, "answer_unreadable", failure.Message, failure);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        Uri address,
        Func<HttpContent>? content,
        Action<HttpRequestMessage>? decorate,
        CancellationToken cancellationToken)
    {
        for (var isRenewed = false; ; isRenewed = true)
        {
            Session? used = null;
            var answer = await RepeatAsync(
                () =>
                {
                    var request = new HttpRequestMessage(method, address) { Content = content?.Invoke() };
                    decorate?.Invoke(request);
                    used = Authorize(request);
                    return request;
                },
                RequestTimeout, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
            {
                if (isRenewed || answer.StatusCode != HttpStatusCode.Unauthorized
                    || !await RenewAsync(used, cancellationToken))
                    throw await RefusalAsync(answer, cancellationToken);
            }
        }
    }

    /// <summary>Asks until there is an answer that will stay the same, or throws why there was none.</summary>
    private async Task<HttpResponseMessage> RepeatAsync(
        Func<HttpRequestMessage> make, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = make();
            var (answer, failure) = await TryAsync(request, timeout, cancellationToken);
            if (answer is not null && !MayPass((int)answer.StatusCode))
                return answer;
            var asked = answer?.Headers.RetryAfter?.Delta;
            failure ??= await RefusalAsync(answer!, cancellationToken);
            answer?.Dispose();
            if (attempt == Attempts)
                throw failure;
            await Task.Delay(Wait(attempt, asked), time, cancellationToken);
        }
    }

    /// <summary>Signs the request with the session's access token, and answers that session.</summary>
    private Session? Authorize(HttpRequestMessage request)
    {
        var used = session;
        if (used is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", used.AccessToken);
        return used;
    }

    /// <summary>
    /// Renews the session that a request was turned away with; one renewal serves all that wait for it. False when
    /// there is none to renew, or no more. While the service is not able to, the session is kept.
    /// </summary>
    private async Task<bool> RenewAsync(Session? used, CancellationToken cancellationToken)
    {
        if (used is null)
            return false;
        await renewing.WaitAsync(cancellationToken);
        try
        {
            if (session != used)
                return session is not null;
            using var answer = await RepeatAsync(
                () => new HttpRequestMessage(HttpMethod.Post, Resource("sessions/refresh"))
                {
                    Content = Content(new { used.RefreshToken }),
                },
                RenewalTimeout, cancellationToken);
            session = answer.IsSuccessStatusCode ? await ReadAsync<Session>(answer, cancellationToken) : null;
            return session is not null;
        }
        finally
        {
            renewing.Release();
        }
    }

    private async Task<(HttpResponseMessage?, ApiException?)> TryAsync(
        HttpRequestMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (await http.SendAsync(request, either.Token), null);
        }
        catch (HttpRequestException failure)
        {
            var detail = $"{Origin} does not answer: {failure.Message}";
            return (null, new ApiException(0, "service_unreachable", detail, failure));
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new ApiException(0, "service_slow", $"{Origin} took too long to answer.", failure));
        }
    }

    private static bool MayPass(int status) =>
        status is (int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests or >= 500;

    private static TimeSpan Wait(int attempt, TimeSpan? asked)
    {
        var wait = asked ?? FirstWait * Math.Pow(2, attempt - 1);
        return wait < LongestWait ? wait : LongestWait;
    }

    private static async Task<ApiException> RefusalAsync(
        HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        try
        {
            var problem = await answer.Content.ReadFromJsonAsync<Problem>(JsonSerializerOptions.Web, cancellationToken);
            if (problem?.Code is { } code)
                return new ApiException(status, code, problem.Detail ?? problem.Title ?? answer.ReasonPhrase ?? "");
        }
        catch (Exception none) when (none is JsonException or InvalidOperationException or HttpRequestException)
        {
        }
        var path = answer.RequestMessage?.RequestUri?.AbsolutePath;
        return new ApiException(status, $"http_{status}", $"{path} was refused.");
    }
}
