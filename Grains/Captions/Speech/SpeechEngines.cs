using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

/// <summary>Section <c>Speech</c>.</summary>
public sealed class SpeechOptions
{
    public const string Section = "Speech";

    /// <summary>
    /// The engine for a job that names none, where it knows the job's language. Default: empty, and then
    /// <c>embedded</c> comes before <c>remote</c>.
    /// </summary>
    public string Preferred { get; set; } = "";
}

/// <summary>The engines that this installation has: the preferred one first, then as they were registered.</summary>
public sealed class SpeechEngines(IEnumerable<ISpeechRecognizer> recognizers, IOptions<SpeechOptions> options)
{
    private readonly ISpeechRecognizer[] _recognizers =
        [.. recognizers.OrderByDescending(recognizer => recognizer.Engine == options.Value.Preferred)];

    public IReadOnlyList<string> Names => [.. _recognizers.Select(recognizer => recognizer.Engine)];

    public IReadOnlySet<string> Languages { get; } =
        recognizers.SelectMany(recognizer => recognizer.Languages).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>An engine that knows the language: the named one, or any. Null when there is none.</summary>
    public ISpeechRecognizer? Find(string language, string? engine) => _recognizers.FirstOrDefault(recognizer =>
        (engine is null || recognizer.Engine == engine) && recognizer.Languages.Contains(language));
}
