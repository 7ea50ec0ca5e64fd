using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Captions.Speech;

/// <summary>Turns spoken audio into timed words. The grains own this port; adapters live in the silo.</summary>
public interface ISpeechRecognizer
{
    /// <summary>The engine's name, for example <c>embedded</c>: how a job asks for it.</summary>
    string Engine { get; }

    /// <summary>BCP 47 codes that <see cref="RecognizeAsync"/> accepts.</summary>
    IReadOnlySet<string> Languages { get; }

    /// <summary>
    /// Reads the audio to its end and yields the speech in order of time, as soon as it is known.
    /// You must: read the stream sequentially and no further ahead than a few minutes, so that memory does not grow
    /// with the length; do the heavy work on your own threads, never on the caller's scheduler; yield nothing for
    /// silence, noise or music; stop within 2 s of cancellation; never dispose the stream.
    /// You may assume: the language is one of <see cref="Languages"/>.
    /// Throws <see cref="SpeechException"/> when recognition fails, and lets through what the stream throws.
    /// </summary>
    /// <param name="pcm">16 kHz, mono, 16-bit little-endian samples (<see cref="PcmFormat"/>), no header.</param>
    /// <param name="request">What to recognise.</param>
    /// <param name="processedMs">
    /// Told how much of the audio is done, in ms from the start of the stream, silence included; the last report is
    /// the whole length. Called on any thread.
    /// </param>
    IAsyncEnumerable<SpeechSegment> RecognizeAsync(
        Stream pcm, SpeechRequest request, IProgress<long>? processedMs, CancellationToken cancellationToken);
}

/// <param name="OperationId">
/// Stable over retries of the same work: the idempotency key where a vendor accepts one.
/// </param>
/// <param name="Language">BCP 47.</param>
public sealed record SpeechRequest(string OperationId, string Language);

/// <summary>Speech between two pauses.</summary>
/// <param name="StartMs">Where voice begins, from the start of the stream.</param>
/// <param name="EndMs">Where voice ends.</param>
/// <param name="Words">
/// In order, within the segment. Empty: a voice was detected, but no word was recognised.
/// </param>
[GenerateSerializer, Alias("ax2.SpeechSegment"), Immutable]
public sealed record SpeechSegment(
    [property: Id(0)] long StartMs,
    [property: Id(1)] long EndMs,
    [property: Id(2)] ImmutableArray<TimedWord> Words);

/// <param name="Text">As written, with its punctuation and without spaces.</param>
/// <param name="Estimated">True when the times were estimated from the text's length.</param>
[GenerateSerializer, Alias("ax2.TimedWord"), Immutable]
public sealed record TimedWord(
    [property: Id(0)] string Text,
    [property: Id(1)] long StartMs,
    [property: Id(2)] long EndMs,
    [property: Id(3)] bool Estimated);

/// <summary>The one audio format inside the service.</summary>
public static class PcmFormat
{
    public const int SampleRateHz = 16_000;
    public const int BytesPerSample = 2;
    public const int BytesPerMs = SampleRateHz * BytesPerSample / 1000;
}

/// <summary>Recognition failed. The kind says what may be done about it.</summary>
/// <param name="kind">See <see cref="SpeechFault"/>.</param>
/// <param name="message">For the log; a customer never sees it.</param>
/// <param name="retryAfter">When throttled: how long the provider asks to be left alone; null is not said.</param>
/// <param name="inner">The cause.</param>
public sealed class SpeechException(
    SpeechFault kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public SpeechFault Kind { get; } = kind;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}

public enum SpeechFault
{
    /// <summary>A later try may succeed.</summary>
    Transient,
    /// <summary>The provider asks to be left alone for a while.</summary>
    Throttled,
    /// <summary>The same audio will fail again.</summary>
    Permanent,
}
