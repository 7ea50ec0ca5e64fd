using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>What a job would cost and how that was reckoned.</summary>
[GenerateSerializer, Alias("ax2.Quote"), Immutable]
public sealed record Quote(
    [property: Id(0)] int PriceListVersion,
    [property: Id(1)] long TotalCredits,
    [property: Id(2)] ImmutableArray<QuoteLine> Lines);

/// <param name="Item">For example <c>transcription</c>.</param>
/// <param name="Quantity">In units of <paramref name="Unit"/>.</param>
[GenerateSerializer, Alias("ax2.QuoteLine"), Immutable]
public sealed record QuoteLine(
    [property: Id(0)] string Item,
    [property: Id(1)] long Quantity,
    [property: Id(2)] string Unit,
    [property: Id(3)] long Credits);
