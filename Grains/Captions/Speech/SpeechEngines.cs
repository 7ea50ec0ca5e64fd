namespace Ax2.Captions.Speech;

/// <summary>The engines that this installation has. Earlier registered ones are preferred.</summary>
public sealed class SpeechEngines(IEnumerable<ISpeechRecognizer> recognizers)
{
    private readonly ISpeechRecognizer[] _recognizers = [.. recognizers];

    public IReadOnlySet<string> Languages { get; } =
        recognizers.SelectMany(recognizer => recognizer.Languages).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>An engine that knows the language: the named one, or any. Null when there is none.</summary>
    public ISpeechRecognizer? Find(string language, string? engine) => _recognizers.FirstOrDefault(recognizer =>
        (engine is null || recognizer.Engine == engine) && recognizer.Languages.Contains(language));
}
