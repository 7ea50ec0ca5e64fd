namespace Ax2.Credits;

/// <param name="HonouredUntil">A start may name it before then; null while no later version is known.</param>
internal sealed record PriceVersion(int Number, Prices Prices, DateTimeOffset? HonouredUntil);

/// <summary>Which versions of the price list count at a time.</summary>
/// <param name="Present">What is quoted. The first one also before its time, so that there is always a price.</param>
/// <param name="Honoured">What a start may name, the present one included.</param>
/// <param name="Coming">Not valid yet.</param>
internal sealed record PriceVersions(
    PriceVersion Present, IReadOnlyList<PriceVersion> Honoured, IReadOnlyList<PriceVersion> Coming)
{
    internal static PriceVersions At(PriceListOptions options, DateTimeOffset now)
    {
        var numbers = options.Versions.Keys.Order().ToList();
        var versions = numbers.Select((number, index) => new PriceVersion(
            number,
            options.Versions[number],
            index + 1 < numbers.Count ? options.Versions[numbers[index + 1]].ValidFrom + options.QuoteLife : null))
            .ToList();
        var present = versions.FindLastIndex(v => v.Prices.ValidFrom <= now);
        present = Math.Max(present, 0);
        return new PriceVersions(
            versions[present],
            [.. versions.Take(present).Where(v => now < v.HonouredUntil), versions[present]],
            versions[(present + 1)..]);
    }
}
