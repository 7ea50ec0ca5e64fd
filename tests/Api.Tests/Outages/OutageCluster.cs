using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ax2.Matrix;
using Ax2.TestKit;
using Ax2.TestKit.Cluster;
using Ax2.TestKit.Speech;
using Ax2.Users;
using Xunit;

namespace Ax2.Outages;

/// <summary>
/// API, silo and PostgreSQL as processes of their own, with an admin who is signed in and has an upload and a job: each
/// route of the API has something to be called for.
/// </summary>
internal sealed class OutageCluster : IAsyncDisposable
{
    internal const string Password = "correct horse battery";
    private const string Email = "admin@example.com";
    private static readonly TimeSpan PrepareTimeout = TimeSpan.FromSeconds(30);
    private readonly SlowSpeechServer _speech;
    private JsonElement _openUpload;
    private byte[] _part = [];
    private string _playback = "";
    private string _key = "";
    private string? _token;

    private OutageCluster(LocalCluster cluster, SlowSpeechServer speech)
    {
        (Cluster, _speech) = (cluster, speech);
        Http = new HttpClient { BaseAddress = cluster.Origin };
    }

    internal LocalCluster Cluster { get; }

    internal HttpClient Http { get; }

    internal Guid Workspace { get; private set; }

    internal string JobId { get; private set; } = "";

    private string UploadId { get; set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task<OutageCluster> StartAsync()
    {
        await Prepared.PostgresAsync(Cancel);
        var speech = await SlowSpeechServer.StartAsync(1, Cancel);
        var settings = new Dictionary<string, string>(speech.Settings) { ["Admin__Emails__0"] = Email };
        var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Settings = settings }, Cancel);
        var outage = new OutageCluster(cluster, speech);
        try
        {
            await outage.PrepareAsync();
            return outage;
        }
        catch
        {
            await outage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every route of the document, with a request that fits it.</summary>
    internal async Task<IReadOnlyList<OutageCall>> RoutesAsync()
    {
        var served = await Http.GetFromJsonAsync<JsonElement>(new Uri("/openapi/v1.json", UriKind.Relative), Cancel);
        var document = new ServedDocument(served);
        var calls = document.Routes.Select(route => new OutageCall(
            route.Name, route.Method, AddressOf(route), BodyOf(route.Name) ?? document.Body(route)));
        var part = _openUpload.GetProperty("parts")[0].GetProperty("url").GetString()!;
        return
        [
            .. calls,
            new OutageCall("PUT /objects", "PUT", part, null) { Bytes = _part },
            new OutageCall("GET /objects", "GET", _playback, null),
            new OutageCall("GET /api/v1/jobs by key", "GET", "/api/v1/jobs", null) { Token = _key },
            new OutageCall("events of no job", "GET", $"/api/v1/jobs/{Guid.CreateVersion7()}/events", null),
        ];
    }

    internal async Task<OutageAnswer> CallAsync(OutageCall call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Token ?? _token);
        request.Content = call.Bytes is { } bytes ? new ByteArrayContent(bytes)
            : call.Body is { } body ? JsonContent.Create(body) : null;
        var since = TimeProvider.System.GetTimestamp();
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        var code = isProblem
            ? (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetString()
            : null;
        return new OutageAnswer(
            call.Name, (int)answer.StatusCode, code, answer.Headers.RetryAfter is not null,
            TimeProvider.System.GetElapsedTime(since));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Cluster.DisposeAsync();
        await _speech.DisposeAsync();
    }

    private string AddressOf(ServedDocument.Route route) => (route.Method, route.Path) switch
    {
        ("GET", "/api/v1/uploads/{id}") => $"/api/v1/uploads/{UploadId}",
        (not "POST", var path) when path.StartsWith("/api/v1/jobs/{id}", StringComparison.Ordinal) => path
            .Replace("{id}", JobId, StringComparison.Ordinal).Replace("{language}", "en", StringComparison.Ordinal)
            .Replace("{format}", "vtt", StringComparison.Ordinal),
        _ => route.Address(Workspace),
    };

    /// <summary>Where a made-up body is refused before anything is looked up.</summary>
    private static JsonNode? BodyOf(string route) => route switch
    {
        "POST /api/v1/sessions" => JsonSerializer.SerializeToNode(new { email = Email, password = Password }),
        "POST /api/v1/users" => JsonSerializer.SerializeToNode(
            new { email = $"u{Guid.CreateVersion7():N}@example.com", password = Password }),
        "POST /api/v1/uploads" => JsonSerializer.SerializeToNode(new { fileName = "a.wav", sizeBytes = 1000 }),
        "POST /api/v1/jobs" => JsonSerializer.SerializeToNode(
            new { uploadId = Guid.CreateVersion7(), language = "en" }),
        "POST /api/v1/workspaces" => JsonSerializer.SerializeToNode(new { name = "Newsroom" }),
        _ => null,
    };

    private async Task PrepareAsync()
    {
        await PostAsync("/api/v1/users", new { email = Email, password = Password });
        await PostAsync("/api/v1/email-verifications/confirm", new { token = await TokenOfMailAsync() });
        var session = await PostAsync("/api/v1/sessions", new { email = Email, password = Password });
        _token = session.GetProperty("accessToken").GetString();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        var key = await PostAsync("/api/v1/api-keys", new { name = "ci", scopes = ApiKeyScopes.All, lifetimeDays = 1 });
        _key = key.GetProperty("key").GetString()!;
        Workspace = (await PostAsync("/api/v1/workspaces", new { name = "Newsroom" })).GetProperty("id").GetGuid();
        var sample = await File.ReadAllBytesAsync(
            Path.Combine(Ax2Home.RepositoryRoot, "tests", "samples", "austen-0870.wav"), Cancel);
        var upload = await BeginUploadAsync(sample);
        UploadId = upload.GetProperty("id").GetString()!;
        using (var sent = await Http.PutAsync(
            new Uri(upload.GetProperty("parts")[0].GetProperty("url").GetString()!, UriKind.RelativeOrAbsolute),
            new ByteArrayContent(sample), Cancel))
        {
            sent.EnsureSuccessStatusCode();
        }

        await PostAsync($"/api/v1/uploads/{UploadId}/complete", new { });
        _playback = await ReadWhenAsync(
            $"/api/v1/uploads/{UploadId}", ready => ready.GetProperty("playbackUrl").GetString());
        var job = await PostAsync("/api/v1/jobs", new { uploadId = UploadId, language = "en" });
        JobId = job.GetProperty("id").GetString()!;
        _part = sample;
        _openUpload = await BeginUploadAsync(sample);
    }

    private Task<JsonElement> BeginUploadAsync(byte[] content) =>
        PostAsync("/api/v1/uploads", new { fileName = "austen.wav", sizeBytes = content.Length });

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private Task<string> TokenOfMailAsync() => ReadWhenAsync("/dev/outbox/mails", mails =>
    {
        var text = mails.GetProperty("items").EnumerateArray().Select(mail => mail.GetProperty("text").GetString()!)
            .FirstOrDefault(mail => mail.Contains("/verify#", StringComparison.Ordinal));
        return text?[(text.IndexOf('#', StringComparison.Ordinal) + 1)..].Split('\n')[0].Trim();
    });

    /// <summary>What there is in an answer, once it is there.</summary>
    private async Task<string> ReadWhenAsync(string path, Func<JsonElement, string?> find)
    {
        using var timeout = new CancellationTokenSource(PrepareTimeout);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var answer = await Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), timeout.Token);
            if (find(answer) is { } found)
            {
                return found;
            }

            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }
}

internal sealed record OutageCall(string Name, string Method, string Address, JsonNode? Body)
{
    /// <summary>Instead of a body in JSON.</summary>
    internal byte[]? Bytes { get; init; }

    /// <summary>Default: the admin's.</summary>
    internal string? Token { get; init; }
}

internal sealed record OutageAnswer(string Route, int Status, string? Code, bool HasRetryAfter, TimeSpan Took)
{
    private static readonly string[] OutageCodes = [StorageFaults.Unavailable, Http.Problems.Unavailable];

    /// <summary>Null when it is an answer that a client can act on.</summary>
    internal string? FindFault(TimeSpan limit) =>
        Took > limit ? $"{this}: too late"
        : Status < 500 ? null
        : Status == 503 && HasRetryAfter && OutageCodes.Contains(Code) ? null
        : $"{this}";

    public override string ToString() => $"{Route}: {Status} {Code} after {Took.TotalSeconds:0.0} s";
}
