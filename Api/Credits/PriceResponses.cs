namespace Ax2.Credits;

/// <param name="ValidUntil">A start that names the version has this price at least until then.</param>
internal sealed record QuoteResponse(
    int PriceListVersion,
    long TotalCredits,
    DateTimeOffset? ValidUntil,
    IReadOnlyList<QuoteLineResponse> Lines)
{
    internal static QuoteResponse From(Quote quote) => new(
        quote.PriceListVersion, quote.TotalCredits, quote.ValidUntil, [.. quote.Lines.Select(QuoteLineResponse.From)]);
}

/// <param name="Credits">The line's part of the total, which was rounded once.</param>
/// <param name="CreditsPerMinute">Null where time is not what counts.</param>
/// <param name="Language">Of a translation, else null.</param>
/// <param name="IsAvailable">False for what has a price and cannot be ordered yet.</param>
internal sealed record QuoteLineResponse(
    string Item, long Quantity, string Unit, long? CreditsPerMinute, long Credits, string? Language, bool IsAvailable)
{
    internal static QuoteLineResponse From(QuoteLine line) => new(
        line.Item, line.Quantity, line.Unit, line.CreditsPerMinute, line.Credits, line.Language, line.IsAvailable);
}

/// <summary>What a job cost, line by line as it was quoted.</summary>
internal sealed record ChargeResponse(
    int PriceListVersion, long TotalCredits, long QuotedCredits, IReadOnlyList<ChargeLineResponse> Lines)
{
    internal static ChargeResponse From(Charge charge) => new(
        charge.PriceListVersion, charge.TotalCredits, charge.QuotedCredits,
        [.. charge.Lines.Select(ChargeLineResponse.From)]);
}

/// <param name="Quantity">What was delivered and is charged.</param>
/// <param name="UndeliveredQuantity">What was quoted, not delivered, and is not charged.</param>
internal sealed record ChargeLineResponse(
    string Item,
    long Quantity,
    long UndeliveredQuantity,
    string Unit,
    long? CreditsPerMinute,
    long Credits,
    string? Language)
{
    internal static ChargeLineResponse From(ChargeLine line) => new(
        line.Item, line.Quantity, line.UndeliveredQuantity, line.Unit, line.CreditsPerMinute, line.Credits,
        line.Language);
}

/// <param name="PresentVersion">What a quote is computed with now.</param>
/// <param name="QuoteLifeSeconds">How long a quote keeps its price when the list changes.</param>
/// <param name="Rounding">The rule in one English sentence.</param>
/// <param name="Versions">Those that a start may name now, and those that are to come.</param>
internal sealed record PriceListResponse(
    int PresentVersion, long QuoteLifeSeconds, string Rounding, IReadOnlyList<PriceVersionResponse> Versions)
{
    private const string Rule =
        "Begun seconds count whole; the sum of all lines is rounded up to whole credits, once, at the end.";

    internal static PriceListResponse From(PriceListView list) => new(
        list.PresentVersion, (long)list.QuoteLife.TotalSeconds, Rule,
        [.. list.Versions.Select(PriceVersionResponse.From)]);
}

/// <param name="ValidFrom">Null is from the beginning.</param>
/// <param name="HonouredUntil">Until then a start may name it; null while no later version is known.</param>
/// <param name="MinimumCredits">The least that is charged for a job that delivered anything.</param>
internal sealed record PriceVersionResponse(
    int Version,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? HonouredUntil,
    IReadOnlyList<PriceResponse> Items,
    long MinimumCredits)
{
    internal static PriceVersionResponse From(PriceVersionView version) => new(
        version.Version, version.ValidFrom, version.HonouredUntil,
        [.. version.Items.Select(i => new PriceResponse(i.Item, i.Language, i.CreditsPerMinute, i.IsAvailable))],
        version.MinimumCredits);
}

/// <param name="Language">Null is every language that is not listed, or none.</param>
/// <param name="IsAvailable">False for what has a price and cannot be ordered yet.</param>
internal sealed record PriceResponse(string Item, string? Language, long CreditsPerMinute, bool IsAvailable);
