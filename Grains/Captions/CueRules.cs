namespace Ax2.Captions;

/// <summary>The limits that the cues of a track keep to. Times are milliseconds, widths are characters.</summary>
public sealed record CueRules
{
    /// <summary>BCP 47. Its word lists say which words stay together.</summary>
    public required string Language { get; init; }

    public required CharacterWeights Weights { get; init; }

    /// <summary>Width of a line in weighted characters, at least 1.</summary>
    public required int MaxCharsPerLine { get; init; }

    /// <summary>At least 1. A second line is used only when the first cannot hold the text.</summary>
    public int MaxLines { get; init; } = 2;

    /// <summary>Reading speed in weighted characters; a line break counts as the space it replaces.</summary>
    public required int MaxCharsPerSecond { get; init; }

    /// <summary>20 frames at 24 a second.</summary>
    public int MinDurationMs { get; init; } = 833;

    public int MaxDurationMs { get; init; } = 7_000;

    /// <summary>Two frames at 24 a second, the longest that two frames take at any usual rate.</summary>
    public int MinGapMs { get; init; } = 83;

    /// <summary>A gap shorter than this is closed to <see cref="MinGapMs"/>. Zero: gaps are left as they are.</summary>
    public int CloseGapsBelowMs { get; init; } = 500;

    /// <summary>How long a cue stays after its last word where it is silent. Zero: it ends with the voice.</summary>
    public int MaxLingerMs { get; init; } = 500;

    /// <summary>A silence this long always ends a cue.</summary>
    public int LongPauseMs { get; init; } = 1_000;

    public static CueRules NetflixEnglish { get; } = new()
    {
        Language = "en",
        Weights = CharacterWeights.Equal,
        MaxCharsPerLine = 42,
        MaxCharsPerSecond = 20,
    };

    public static CueRules NetflixKorean { get; } = new()
    {
        Language = "ko",
        Weights = CharacterWeights.HalfLatin,
        MaxCharsPerLine = 16,
        MaxCharsPerSecond = 12,
    };

    /// <summary>The profile for other languages in Latin script.</summary>
    public static CueRules NetflixOther { get; } = NetflixEnglish with { Language = "und", MaxCharsPerSecond = 17 };

    /// <param name="language">BCP 47; the region is not looked at.</param>
    public static CueRules For(string language)
    {
        ArgumentNullException.ThrowIfNull(language);
        return language.Split('-')[0].ToLowerInvariant() switch
        {
            "en" => NetflixEnglish,
            "ko" => NetflixKorean,
            _ => NetflixOther with { Language = language },
        };
    }

    /// <summary>The shortest time in which the text may be read.</summary>
    internal long ReadingMs(int halfChars) =>
        ((halfChars * 500L) + MaxCharsPerSecond - 1) / MaxCharsPerSecond;

    internal int MaxHalfCharsPerLine => MaxCharsPerLine * 2;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCharsPerLine, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLines, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCharsPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinDurationMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDurationMs, MinDurationMs);
        ArgumentOutOfRangeException.ThrowIfNegative(MinGapMs);
        ArgumentOutOfRangeException.ThrowIfNegative(CloseGapsBelowMs);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxLingerMs);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongPauseMs, 1);
    }
}
