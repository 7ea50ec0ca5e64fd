using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>What work costs. Key: 0; any silo answers.</summary>
[Alias("ax2.IPriceListGrain")]
public interface IPriceListGrain : IGrainWithIntegerKey
{
    [Alias("Get"), Idempotent]
    Task<PriceListView> Get();
}

/// <param name="PresentVersion">The one that a quote is computed from now.</param>
/// <param name="QuoteLife">How long a quote keeps its price when the list changes.</param>
/// <param name="Versions">Those that a start may name now, and those that are to come, in their order.</param>
[GenerateSerializer, Alias("ax2.PriceListView"), Immutable]
public sealed record PriceListView(
    [property: Id(0)] int PresentVersion,
    [property: Id(1)] TimeSpan QuoteLife,
    [property: Id(2)] ImmutableArray<PriceVersionView> Versions);

/// <param name="ValidFrom">Null is from the beginning.</param>
/// <param name="HonouredUntil">Until then a start may name it; null while no later version is known.</param>
[GenerateSerializer, Alias("ax2.PriceVersionView"), Immutable]
public sealed record PriceVersionView(
    [property: Id(0)] int Version,
    [property: Id(1)] DateTimeOffset? ValidFrom,
    [property: Id(2)] DateTimeOffset? HonouredUntil,
    [property: Id(3)] ImmutableArray<PriceView> Items,
    [property: Id(4)] long MinimumCredits);

/// <param name="Language">Null is every language that is not listed, or none.</param>
/// <param name="IsAvailable">False for what has a price and cannot be ordered yet.</param>
[GenerateSerializer, Alias("ax2.PriceView"), Immutable]
public sealed record PriceView(
    [property: Id(0)] string Item,
    [property: Id(1)] string? Language,
    [property: Id(2)] long CreditsPerMinute,
    [property: Id(3)] bool IsAvailable);
