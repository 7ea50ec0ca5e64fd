using System.Text.Json;

namespace Ax2.Benchmarks.Answers;

/// <summary>What a request was answered, as far as it is judged.</summary>
/// <param name="Code">Of a problem; null when the body names none.</param>
/// <param name="HasRetryAfter">Whether it says when to come again.</param>
/// <param name="Cookies">As they are sent back.</param>
internal sealed record Answer(
    int Status, string? Code = null, bool HasRetryAfter = false, string Text = "", string? Location = null,
    string Cookies = "")
{
    private const int ShownCharacters = 300;

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public bool IsSuccess => Status is >= 200 and < 400;

    /// <summary>Whether it is the status, or the status and the code: <c>404</c>, <c>401 challenge_over</c>.</summary>
    public bool Is(string expected) => expected == $"{Status}" || expected == $"{Status} {Code}";

    /// <summary>For a list of many.</summary>
    public Answer Shortened() => this with { Text = Text.Length > ShownCharacters ? Text[..ShownCharacters] : Text };

    public override string ToString() => $"{Status} {Code ?? "without code"}{(HasRetryAfter ? ", Retry-After" : "")}";
}

/// <summary>Why there was no answer.</summary>
internal enum Failure
{
    None,

    /// <summary>Nobody listens at the port.</summary>
    Refused,

    /// <summary>The connection ended before the answer did.</summary>
    CutOff,

    /// <summary>Nothing had come when the client went away.</summary>
    Silent,
}

/// <summary>One request and what came of it.</summary>
/// <param name="Took">Until the answer was complete; for an event stream, until its headers were.</param>
/// <param name="Answer">Null exactly when there is a <paramref name="Failure"/>.</param>
internal sealed record Exchange(DateTimeOffset SentAt, TimeSpan Took, Answer? Answer, Failure Failure = Failure.None)
{
    public DateTimeOffset EndedAt => SentAt + Took;
}
