using System.Net;

namespace Ax2.Captions.Speech;

/// <summary>What may be done about an answer that is no transcription.</summary>
internal static class RemoteFaults
{
    public static bool IsRefusedKey(HttpStatusCode status) =>
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <param name="code">The vendor's word for it, if there is one.</param>
    public static SpeechException From(HttpResponseMessage response, string? code, DateTimeOffset now)
    {
        var message = $"The speech server answered HTTP {(int)response.StatusCode} ({code ?? "no code"}).";
        var kind = KindOf(response.StatusCode);
        return new SpeechException(kind, message, kind == SpeechFault.Throttled ? RetryAfter(response, now) : null);
    }

    /// <summary>A server that breaks off or restarts sends such things too, so another try is worth it.</summary>
    public static SpeechException Malformed(string how) =>
        new(SpeechFault.Transient, $"The speech server's answer cannot be used: {how}.");

    /// <summary>A conflict is the same operation still under way; a redirect is a wrong address.</summary>
    private static SpeechFault KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => SpeechFault.Throttled,
        HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or (HttpStatusCode)425 => SpeechFault.Transient,
        >= HttpStatusCode.InternalServerError => SpeechFault.Transient,
        _ => SpeechFault.Permanent,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var said = response.Headers.RetryAfter;
        var wait = said?.Delta ?? (said?.Date - now);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
