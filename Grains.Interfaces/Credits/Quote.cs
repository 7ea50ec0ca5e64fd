using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// What a job would cost and how that was computed: enough to compute the charge without the price list.
/// </summary>
/// <param name="TotalCredits">The sum of the lines.</param>
/// <param name="ValidUntil">A start that names the version has this price at least until then.</param>
/// <param name="MinimumCredits">The least that is charged when anything is delivered.</param>
[GenerateSerializer, Alias("ax2.Quote"), Immutable]
public sealed record Quote(
    [property: Id(0)] int PriceListVersion,
    [property: Id(1)] long TotalCredits,
    [property: Id(2)] ImmutableArray<QuoteLine> Lines,
    [property: Id(3)] DateTimeOffset? ValidUntil = null,
    [property: Id(4)] long MinimumCredits = 0);

/// <param name="Item">One of <see cref="PriceItems"/>.</param>
/// <param name="Quantity">In units of <paramref name="Unit"/>.</param>
/// <param name="Credits">
/// This line's part of the total, which was rounded once: at most one off its own product.
/// </param>
/// <param name="CreditsPerMinute">Null where time is not what counts.</param>
/// <param name="Language">Of a translation, else null.</param>
/// <param name="IsAvailable">False for what has a price and cannot be ordered yet.</param>
[GenerateSerializer, Alias("ax2.QuoteLine"), Immutable]
public sealed record QuoteLine(
    [property: Id(0)] string Item,
    [property: Id(1)] long Quantity,
    [property: Id(2)] string Unit,
    [property: Id(3)] long Credits,
    [property: Id(4)] long? CreditsPerMinute = null,
    [property: Id(5)] string? Language = null,
    [property: Id(6)] bool IsAvailable = true);

/// <summary>What a job cost by what it delivered. Never above its quote; zero when nothing was delivered.</summary>
/// <param name="TotalCredits">The sum of the lines.</param>
/// <param name="QuotedCredits">What the whole job would have cost.</param>
[GenerateSerializer, Alias("ax2.Charge"), Immutable]
public sealed record Charge(
    [property: Id(0)] int PriceListVersion,
    [property: Id(1)] long TotalCredits,
    [property: Id(2)] long QuotedCredits,
    [property: Id(3)] ImmutableArray<ChargeLine> Lines);

/// <summary>A <see cref="QuoteLine"/> as it was delivered.</summary>
/// <param name="Quantity">What was delivered and is charged.</param>
/// <param name="UndeliveredQuantity">What was quoted, not delivered, and is not charged.</param>
[GenerateSerializer, Alias("ax2.ChargeLine"), Immutable]
public sealed record ChargeLine(
    [property: Id(0)] string Item,
    [property: Id(1)] long Quantity,
    [property: Id(2)] long UndeliveredQuantity,
    [property: Id(3)] string Unit,
    [property: Id(4)] long Credits,
    [property: Id(5)] long? CreditsPerMinute = null,
    [property: Id(6)] string? Language = null);

/// <summary>What has a price. Stored and shown: never renamed.</summary>
public static class PriceItems
{
    public const string Transcription = "transcription";
    public const string Translation = "translation";
    public const string BurnIn = "burn_in";

    /// <summary>What is missing to the least that a job costs.</summary>
    public const string MinimumCharge = "minimum_charge";
}
