using System.Net.Sockets;
using System.Text.Json;

namespace Ax2.Benchmarks.Answers;

/// <summary>Sends requests as a client without a proxy does, and says exactly what came of them.</summary>
internal sealed class ApiWire(Uri origin) : IDisposable
{
    /// <summary>Longer than <see cref="AnswerRules.Limit"/>: what comes late is shown, too.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false, AllowAutoRedirect = false, UseCookies = false,
    })
    {
        BaseAddress = origin, Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    /// <param name="isStream">The answer never ends: its headers are waited for.</param>
    public async Task<Exchange> SendAsync(HttpRequestMessage request, bool isStream = false)
    {
        var sentAt = TimeProvider.System.GetUtcNow();
        var begun = TimeProvider.System.GetTimestamp();
        using var limit = new CancellationTokenSource(Timeout);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var text = isStream && response.IsSuccessStatusCode
                ? ""
                : await response.Content.ReadAsStringAsync(limit.Token);
            return new Exchange(sentAt, Elapsed(), Read(response, text));
        }
        catch (HttpRequestException failure) when (IsRefused(failure))
        {
            return new Exchange(sentAt, Elapsed(), null, Failure.Refused);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new Exchange(sentAt, Elapsed(), null, Failure.CutOff);
        }
        catch (OperationCanceledException)
        {
            return new Exchange(sentAt, Elapsed(), null, Failure.Silent);
        }

        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(begun);
    }

    /// <summary>For what only prepares: every answer but a success is a <see cref="PreparationException"/>.</summary>
    public async Task<Answer> AskAsync(HttpRequestMessage request)
    {
        var exchange = await SendAsync(request);
        return exchange.Answer is { IsSuccess: true } answer
            ? answer
            : throw new PreparationException(
                $"{request.Method} {request.RequestUri} gave {exchange.Answer?.ToString() ?? $"{exchange.Failure}"}: "
                + exchange.Answer?.Text);
    }

    public void Dispose() => _http.Dispose();

    private static bool IsRefused(Exception failure) =>
        failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };

    private static Answer Read(HttpResponseMessage response, string text)
    {
        var headers = response.Headers;
        var cookies = headers.TryGetValues("Set-Cookie", out var set)
            ? string.Join("; ", set.Select(cookie => cookie.Split(';')[0]).Where(cookie => !cookie.EndsWith('=')))
            : "";
        return new Answer(
            (int)response.StatusCode, CodeOf(response, text), headers.RetryAfter is not null, text,
            headers.Location?.OriginalString, cookies);
    }

    private static string? CodeOf(HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            return null;
        }

        try
        {
            using var problem = JsonDocument.Parse(text);
            return problem.RootElement.TryGetProperty("code", out var code) ? code.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An object for a request could not be made. Nothing to do with the request itself.</summary>
internal sealed class PreparationException(string message) : Exception(message);
