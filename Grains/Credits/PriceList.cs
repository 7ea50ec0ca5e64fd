using System.Collections.Immutable;

namespace Ax2.Credits;

/// <param name="TranslationLanguages">BCP 47, each once.</param>
public sealed record PricedWork(
    long MediaDurationMs, ImmutableArray<string> TranslationLanguages, bool HasBurnIn)
{
    public static PricedWork Transcription(long mediaDurationMs) => new(mediaDurationMs, [], false);
}

/// <param name="Item">One of <see cref="PriceItems"/>.</param>
/// <param name="DurationMs">Media time. Several of one item and language add up.</param>
/// <param name="Language">Of a translation, else null.</param>
public readonly record struct DeliveredWork(string Item, long DurationMs, string? Language = null);

/// <summary>
/// Turns media time into credits. Pure. The rounding rule: begun seconds count whole; the products of seconds and price
/// are added exactly, and the running sum is rounded up to whole credits, so that the total is rounded once and the
/// lines add up to it.
/// </summary>
public static class PriceList
{
    internal const string Second = "second";
    private const long MsPerSecond = 1000;
    private const long SecondsPerMinute = 60;

    /// <summary>What the service delivers today; the rest of the list is known ahead.</summary>
    private static readonly ImmutableHashSet<string> Delivered = [PriceItems.Transcription];

    /// <summary>
    /// By the version that is named, while it is honoured, or the present one. Refusal:
    /// <see cref="CreditRefusals.QuoteExpired"/> with the present <c>priceListVersion</c> and <c>totalCredits</c>.
    /// </summary>
    public static (Quote? Quote, Refusal? Refusal) Quote(
        PriceListOptions prices, PricedWork work, int? version, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(work.MediaDurationMs);
        var versions = PriceVersions.At(prices, now);
        if (version is null || version == versions.Present.Number)
        {
            return (Quote(versions.Present, work, now + prices.QuoteLife), null);
        }

        if (versions.Honoured.FirstOrDefault(v => v.Number == version) is { } named)
        {
            return (Quote(named, work, named.HonouredUntil), null);
        }

        var present = Quote(versions.Present, work, null);
        return (null, new Refusal(
            CreditRefusals.QuoteExpired,
            "The price has changed since this was quoted.",
            ImmutableDictionary<string, long>.Empty
                .Add("priceListVersion", present.PriceListVersion).Add("totalCredits", present.TotalCredits)));
    }

    /// <summary>
    /// The charge for what was delivered, computed from the quote alone: what nobody delivered is not charged, the
    /// minimum only when something was. More delivered never costs less, all of it costs the quote.
    /// </summary>
    public static Charge Charge(Quote quote, IEnumerable<DeliveredWork> delivered)
    {
        ArgumentNullException.ThrowIfNull(quote);
        var durations = delivered.ToLookup(d => (d.Item, d.Language), d => d.DurationMs);
        var timed = quote.Lines.Where(line => line.CreditsPerMinute is not null)
            .Select(line => line with
            {
                Quantity = Math.Min(line.Quantity, Seconds(durations[(line.Item, line.Language)].Sum())),
            })
            .ToImmutableArray();
        var lines = timed.Any(line => line.Quantity > 0)
            ? WithMinimum(Rounded(timed), quote.MinimumCredits)
            : timed.Select(line => line with { Credits = 0 });
        var charged = lines.Select(line => ChargeLine(line, quote)).ToImmutableArray();
        return new Charge(quote.PriceListVersion, charged.Sum(l => l.Credits), quote.TotalCredits, charged);
    }

    public static PriceListView Describe(PriceListOptions prices, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(prices);
        var versions = PriceVersions.At(prices, now);
        return new PriceListView(
            versions.Present.Number, prices.QuoteLife, [.. versions.Honoured.Concat(versions.Coming).Select(Describe)]);
    }

    private static Quote Quote(PriceVersion version, PricedWork work, DateTimeOffset? validUntil)
    {
        var prices = version.Prices;
        var seconds = Seconds(work.MediaDurationMs);
        var timed = new List<QuoteLine>
        {
            Line(PriceItems.Transcription, seconds, prices.TranscriptionCreditsPerMinute),
        };
        timed.AddRange(work.TranslationLanguages.Select(language => Line(
            PriceItems.Translation, seconds,
            prices.TranslationLanguages.GetValueOrDefault(language, prices.TranslationCreditsPerMinute), language)));
        if (work.HasBurnIn)
        {
            timed.Add(Line(PriceItems.BurnIn, seconds, prices.BurnInCreditsPerMinute));
        }

        var lines = WithMinimum(Rounded(timed), prices.MinimumCredits).ToImmutableArray();
        return new Quote(version.Number, lines.Sum(l => l.Credits), lines, validUntil, prices.MinimumCredits);
    }

    private static QuoteLine Line(string item, long seconds, long creditsPerMinute, string? language = null) =>
        new(item, seconds, Second, 0, creditsPerMinute, language, Delivered.Contains(item));

    /// <summary>Gives each line its part of the running sum, rounded up.</summary>
    private static List<QuoteLine> Rounded(IEnumerable<QuoteLine> timed)
    {
        var exactSixtieths = 0L;
        var rounded = 0L;
        var lines = new List<QuoteLine>();
        foreach (var line in timed)
        {
            exactSixtieths = checked(exactSixtieths + line.Quantity * line.CreditsPerMinute!.Value);
            var next = CeilingDivide(exactSixtieths, SecondsPerMinute);
            lines.Add(line with { Credits = next - rounded });
            rounded = next;
        }

        return lines;
    }

    private static IEnumerable<QuoteLine> WithMinimum(List<QuoteLine> lines, long minimumCredits)
    {
        var missing = minimumCredits - lines.Sum(l => l.Credits);
        return missing > 0 ? lines.Append(new(PriceItems.MinimumCharge, 1, "job", missing)) : lines;
    }

    private static ChargeLine ChargeLine(QuoteLine delivered, Quote quote)
    {
        var quoted = quote.Lines.FirstOrDefault(l => (l.Item, l.Language) == (delivered.Item, delivered.Language));
        return new ChargeLine(
            delivered.Item, delivered.Quantity, Math.Max(0, (quoted?.Quantity ?? 0) - delivered.Quantity),
            delivered.Unit, delivered.Credits, delivered.CreditsPerMinute, delivered.Language);
    }

    private static PriceVersionView Describe(PriceVersion version)
    {
        var prices = version.Prices;
        var listed = prices.TranslationLanguages.OrderBy(l => l.Key, StringComparer.Ordinal)
            .Select(l => View(PriceItems.Translation, l.Value, l.Key));
        return new PriceVersionView(
            version.Number,
            prices.ValidFrom == default ? null : prices.ValidFrom,
            version.HonouredUntil,
            [
                View(PriceItems.Transcription, prices.TranscriptionCreditsPerMinute),
                View(PriceItems.Translation, prices.TranslationCreditsPerMinute), .. listed,
                View(PriceItems.BurnIn, prices.BurnInCreditsPerMinute),
            ],
            prices.MinimumCredits);
    }

    private static PriceView View(string item, long creditsPerMinute, string? language = null) =>
        new(item, language, creditsPerMinute, Delivered.Contains(item));

    private static long Seconds(long durationMs) => CeilingDivide(Math.Max(0, durationMs), MsPerSecond);

    private static long CeilingDivide(long value, long divisor) => value / divisor + (value % divisor > 0 ? 1 : 0);
}
