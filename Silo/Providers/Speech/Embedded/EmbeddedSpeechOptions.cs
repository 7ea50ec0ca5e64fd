using Microsoft.Extensions.Options;

namespace Ax2.Captions.Speech;

/// <summary>The embedded speech engine. Section <c>Speech:Embedded</c>.</summary>
public sealed class EmbeddedSpeechOptions
{
    public const string Section = "Speech:Embedded";

    /// <summary>
    /// Where the models lie; <c>./ax2 setup</c> puts them there. Default: empty, and then there is no such engine.
    /// </summary>
    public string ModelFolder { get; set; } = "";

    /// <summary>
    /// How many threads compute, over all jobs of the process. Default and zero: one for each processor.
    /// </summary>
    public int Threads { get; set; }

    /// <summary>
    /// How many phrases are decoded together. More is faster for a long file and spreads worse over many threads.
    /// Default 16, 1 to 64; zero is refused.
    /// </summary>
    public int BatchRows { get; set; } = 16;

    /// <summary>
    /// How much audio a batch may hold, padding included: this bounds a worker's memory (about 3 MB a second).
    /// Default 60, at least <see cref="MaxPhraseSeconds"/>, at most 480; zero is refused.
    /// </summary>
    public int BatchSeconds { get; set; } = 60;

    /// <summary>
    /// How much audio is read before its phrases are sorted into batches: more makes better batches. A job holds two
    /// windows, so this bounds its memory and how far it reads ahead. Default 150, 10 to 150; zero is refused.
    /// </summary>
    public int WindowSeconds { get; set; } = 150;

    /// <summary>
    /// Speech without a pause is cut when it gets this long. Default 20, 5 to 30 (longer is beyond what the model
    /// was made for); zero is refused.
    /// </summary>
    public int MaxPhraseSeconds { get; set; } = 20;

    internal int ThreadCount => Threads == 0 ? Environment.ProcessorCount : Threads;
}

internal sealed class EmbeddedSpeechOptionsValidator : IValidateOptions<EmbeddedSpeechOptions>
{
    public ValidateOptionsResult Validate(string? name, EmbeddedSpeechOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(EmbeddedSpeechOptions options)
    {
        (string Setting, int Value, int Least, int Most)[] limits =
        [
            (nameof(options.Threads), options.Threads, 0, 256),
            (nameof(options.BatchRows), options.BatchRows, 1, 64),
            (nameof(options.MaxPhraseSeconds), options.MaxPhraseSeconds, 5, 30),
            (nameof(options.BatchSeconds), options.BatchSeconds, options.MaxPhraseSeconds, 480),
            (nameof(options.WindowSeconds), options.WindowSeconds, 10, 150),
        ];
        foreach (var (setting, value, least, most) in limits.Where(limit =>
            limit.Value < limit.Least || limit.Value > limit.Most))
        {
            yield return $"{EmbeddedSpeechOptions.Section}:{setting} is {value}; it must be {least} to {most}.";
        }
        if (new ModelFiles(options.ModelFolder).Fault() is { } fault)
        {
            yield return fault;
        }
    }
}
