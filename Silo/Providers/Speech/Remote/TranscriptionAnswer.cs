using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ax2.Captions.Speech;

/// <summary>
/// <c>verbose_json</c> as servers send it: OpenAI has the words at the top, whisper.cpp inside the segments, others
/// have none. So nothing is sure to be there.
/// </summary>
internal sealed record TranscriptionAnswer(string? Text, List<AnswerSegment?>? Segments, List<AnswerWord?>? Words);

/// <param name="Start">In seconds.</param>
/// <param name="End">In seconds.</param>
internal sealed record AnswerSegment(
    string? Text, double? Start, double? End, double? AvgLogprob, double? NoSpeechProb, List<AnswerWord?>? Words);

/// <param name="Start">In seconds.</param>
/// <param name="End">In seconds.</param>
internal sealed record AnswerWord(string? Word, double? Start, double? End);

internal static class AnswerTime
{
    /// <summary>Seconds of an answer in ms, never before the audio; null when there is no sound number.</summary>
    public static long? Ms(double? seconds) => seconds is { } value && double.IsFinite(value)
        ? (long)Math.Round(Math.Clamp(value, 0, int.MaxValue) * 1000)
        : null;
}

/// <param name="Error">An object with a code, or a plain sentence.</param>
internal sealed record ErrorAnswer(JsonElement? Error);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(TranscriptionAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
internal sealed partial class TranscriptionJson : JsonSerializerContext;
