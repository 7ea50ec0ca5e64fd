using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

/// <summary>One request and its answer. The process has one client, and it counts the requests under way.</summary>
internal sealed partial class TranscriptionClient : IDisposable
{
    private readonly RemoteSpeechOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly AuthenticationHeaderValue? _key;
    private readonly SemaphoreSlim? _room;
    private readonly HttpClient _http;

    public TranscriptionClient(
        IOptions<RemoteSpeechOptions> options, TimeProvider time, ILogger<TranscriptionClient> log)
    {
        (_options, _time, _log) = (options.Value, time, log);
        _key = _options.ReadKey() is { } key ? new AuthenticationHeaderValue("Bearer", key) : null;
        _room = _options.MaxConcurrentRequests > 0 ? new SemaphoreSlim(_options.MaxConcurrentRequests) : null;
        // Neither a redirect nor the environment's proxy may take the audio and the key elsewhere.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _http = new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = _options.MaxAnswerBytes,
        };
    }

    /// <summary>Throws <see cref="SpeechException"/> for all that goes wrong but the caller's cancellation.</summary>
    public async Task<TranscriptionAnswer> TranscribeAsync(
        AudioPart part, SpeechRequest request, CancellationToken cancellationToken)
    {
        await (_room?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
        using var limit = new CancellationTokenSource(
            _options.Timeout > TimeSpan.Zero ? _options.Timeout : Timeout.InfiniteTimeSpan, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await ExchangeAsync(part, request, stop.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SpeechException(
                SpeechFault.Transient, "The speech server did not answer in time.", inner: late);
        }
        catch (HttpRequestException failure)
        {
            throw new SpeechException(
                SpeechFault.Transient, $"The exchange with the speech server failed ({failure.HttpRequestError}).",
                inner: failure);
        }
        finally
        {
            _room?.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _room?.Dispose();
    }

    private async Task<TranscriptionAnswer> ExchangeAsync(
        AudioPart part, SpeechRequest request, CancellationToken stop)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _options.Url);
        message.Headers.Authorization = _key;
        message.Headers.Add("Idempotency-Key", IdempotencyKey(request.OperationId, part.Number));
        message.Content = TranscriptionForm.Make(_options.Model, request.Language, part.Pcm);
        // Read whole, so that the limits of size and time hold for the answer too.
        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, stop);
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        if (response.IsSuccessStatusCode)
        {
            return await ParseAsync(body, stop);
        }
        if (RemoteFaults.IsRefusedKey(response.StatusCode))
        {
            LogKeyRefused(_options.Url.Authority, (int)response.StatusCode);
        }
        throw RemoteFaults.From(response, await ErrorCodeAsync(body, stop), _time.GetUtcNow());
    }

    /// <summary>The operation's own id for its first request; the others of a long stream add their number.</summary>
    private static string IdempotencyKey(string operationId, int number) =>
        number == 0 ? operationId : string.Create(CultureInfo.InvariantCulture, $"{operationId}.{number}");

    private static async Task<TranscriptionAnswer> ParseAsync(Stream body, CancellationToken stop)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, TranscriptionJson.Default.TranscriptionAnswer, stop)
                ?? throw RemoteFaults.Malformed("it is null");
        }
        catch (JsonException failure)
        {
            // The parser's own message may quote the answer, which is the customer's text.
            throw RemoteFaults.Malformed($"no such JSON at {failure.Path}, line {failure.LineNumber}");
        }
    }

    /// <summary>
    /// The vendor's word for the error, when it is one: messages are not taken, because they may quote the key.
    /// </summary>
    private static async Task<string?> ErrorCodeAsync(Stream body, CancellationToken stop)
    {
        try
        {
            var answer = await JsonSerializer.DeserializeAsync(body, TranscriptionJson.Default.ErrorAnswer, stop);
            return answer?.Error is { ValueKind: JsonValueKind.Object } error
                && error.TryGetProperty("code", out var code)
                && code.ValueKind == JsonValueKind.String
                && code.GetString() is { Length: > 0 and <= 48 } word
                && word.All(c => c is (>= 'a' and <= 'z') or '_')
                ? word
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(2400, LogLevel.Error,
        "The speech server {Server} refuses the key (HTTP {Status}): see Speech:Remote:ApiKeyFile. "
        + "Recognition fails until it is mended.")]
    private partial void LogKeyRefused(string server, int status);
}
