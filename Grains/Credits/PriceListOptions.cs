using Microsoft.Extensions.Options;

namespace Ax2.Credits;

/// <summary>What work costs. Section <c>PriceList</c>.</summary>
public sealed class PriceListOptions
{
    public const string Section = "PriceList";

    /// <summary>
    /// How long a quote keeps its price after the list has changed. Zero: only the present version counts. At most a
    /// year. Default 24 h.
    /// </summary>
    public TimeSpan QuoteLife { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What a new user's workspace is given. Zero gives nothing. Default 600, an hour of media.</summary>
    public long WelcomeCredits { get; set; } = 600;

    /// <summary>
    /// The prices by the number of their version. A version that was ever valid is not changed: a new number with a
    /// later <see cref="Prices.ValidFrom"/> is added. Default: version 1 with the default prices.
    /// </summary>
    public Dictionary<int, Prices> Versions { get; } = new() { [1] = new Prices() };
}

/// <summary>One version of the price list.</summary>
public sealed class Prices
{
    /// <summary>The most that a minute may cost: with it no sum can overflow.</summary>
    internal const long MaxCreditsPerMinute = 1_000_000;

    /// <summary>
    /// From when on. Later for each higher version, and published ahead: a time in the past would break quotes that
    /// were given. Not set: from the beginning.
    /// </summary>
    public DateTimeOffset ValidFrom { get; set; }

    /// <summary>Credits for a minute of media whose speech is recognised. Zero makes it free. Default 10.</summary>
    public long TranscriptionCreditsPerMinute { get; set; } = 10;

    /// <summary>
    /// Credits for a minute of media translated into one language that is not listed. Zero makes it free. Default 5.
    /// </summary>
    public long TranslationCreditsPerMinute { get; set; } = 5;

    /// <summary>The same for single target languages, by their BCP 47 code as it is ordered. Default none.</summary>
    public Dictionary<string, long> TranslationLanguages { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Credits for a minute of video with captions burnt in. Zero makes it free. Default 2.</summary>
    public long BurnInCreditsPerMinute { get; set; } = 2;

    /// <summary>The least that a job costs. At least 1: a hold of nothing cannot be made. Default 1.</summary>
    public long MinimumCredits { get; set; } = 1;

    internal IEnumerable<long> All =>
    [
        TranscriptionCreditsPerMinute, TranslationCreditsPerMinute, BurnInCreditsPerMinute,
        .. TranslationLanguages.Values,
    ];
}

internal sealed class PriceListOptionsRules : IValidateOptions<PriceListOptions>
{
    private static readonly TimeSpan MaxQuoteLife = TimeSpan.FromDays(366);

    public ValidateOptionsResult Validate(string? name, PriceListOptions options)
    {
        var versions = options.Versions.OrderBy(v => v.Key).Select(v => v.Value).ToList();
        string? fault = options switch
        {
            _ when options.QuoteLife < TimeSpan.Zero || options.QuoteLife > MaxQuoteLife =>
                "PriceList:QuoteLife is zero to a year.",
            _ when options.WelcomeCredits < 0 => "PriceList:WelcomeCredits is not negative.",
            _ when versions.Count == 0 || options.Versions.Keys.Min() < 1 =>
                "PriceList:Versions has at least one, numbered from 1.",
            _ when versions.Zip(versions.Skip(1)).Any(pair => pair.First.ValidFrom >= pair.Second.ValidFrom) =>
                "PriceList:Versions: each is valid later than the one before it.",
            _ when versions.Any(v => v.MinimumCredits is < 1 or > Prices.MaxCreditsPerMinute) =>
                $"PriceList: MinimumCredits is 1 to {Prices.MaxCreditsPerMinute}.",
            _ when versions.SelectMany(v => v.All).Any(price => price is < 0 or > Prices.MaxCreditsPerMinute) =>
                $"PriceList: a minute costs 0 to {Prices.MaxCreditsPerMinute} credits.",
            _ => null,
        };
        return fault is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(fault);
    }
}
