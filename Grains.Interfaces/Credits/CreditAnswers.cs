using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>Posted = Available + Held, always.</summary>
[GenerateSerializer, Alias("ax2.CreditBalance"), Immutable]
public sealed record CreditBalance(
    [property: Id(0)] long PostedCredits,
    [property: Id(1)] long HeldCredits)
{
    public static readonly CreditBalance Zero = new(0, 0);
    public long AvailableCredits => PostedCredits - HeldCredits;
}

/// <summary>The balance after the command. <see cref="Refusal"/> is null when it was carried out.</summary>
[GenerateSerializer, Alias("ax2.CreditAnswer"), Immutable]
public sealed record CreditAnswer(
    [property: Id(0)] CreditBalance Balance,
    [property: Id(1)] Refusal? Refusal);

/// <param name="Grants">In the order in which they are used.</param>
/// <param name="Holds">Open ones, oldest first.</param>
[GenerateSerializer, Alias("ax2.CreditSummary"), Immutable]
public sealed record CreditSummary(
    [property: Id(0)] CreditBalance Balance,
    [property: Id(1)] AccountStatus Status,
    [property: Id(2)] ImmutableArray<GrantView> Grants,
    [property: Id(3)] ImmutableArray<HoldView> Holds);

/// <summary>Stored by name.</summary>
public enum AccountStatus
{
    Open,
    Frozen,
    Closed,
}

[GenerateSerializer, Alias("ax2.GrantView"), Immutable]
public sealed record GrantView(
    [property: Id(0)] long Number,
    [property: Id(1)] CreditCategory Category,
    [property: Id(2)] int Priority,
    [property: Id(3)] long GrantedCredits,
    [property: Id(4)] long RemainingCredits,
    [property: Id(5)] long HeldCredits,
    [property: Id(6)] DateTimeOffset EffectiveAt,
    [property: Id(7)] DateTimeOffset? ExpiresAt);

[GenerateSerializer, Alias("ax2.HoldView"), Immutable]
public sealed record HoldView(
    [property: Id(0)] Guid HoldId,
    [property: Id(1)] long Credits,
    [property: Id(2)] DateTimeOffset OpenedAt,
    [property: Id(3)] DateTimeOffset ExpiresAt);

/// <summary>
/// One line of the ledger. The six changes always sum to zero: what is issued, consumed, expired or refunded is the
/// other side of what the customer has.
/// </summary>
[GenerateSerializer, Alias("ax2.CreditEntry"), Immutable]
public sealed record CreditEntry(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DateTimeOffset OccurredAt,
    [property: Id(2)] EntryKind Kind,
    [property: Id(3)] CreditAmounts Change,
    [property: Id(4)] CreditBalance Balance,
    [property: Id(5)] string? OperationId = null,
    [property: Id(6)] Guid? HoldId = null,
    [property: Id(7)] long? GrantNumber = null,
    [property: Id(8)] string? Reason = null,
    [property: Id(9)] string? Actor = null)
{
    /// <summary>SHA-256 over the entry and the hash before it. Set by the ledger.</summary>
    [Id(10)]
    public ImmutableArray<byte> Hash { get; init; } = [];
}

/// <summary>Stored by name. Each hold ends with exactly one of Settled, Released and HoldExpired.</summary>
public enum EntryKind
{
    GrantScheduled,
    Granted,
    GrantExpired,
    Reserved,
    HoldExtended,
    Settled,
    Released,
    HoldExpired,
    Refunded,
    Adjusted,
    Frozen,
    Thawed,
    Closed,
}

/// <summary>A change of, or the sums on, the six accounts of double entry. They sum to zero.</summary>
[GenerateSerializer, Alias("ax2.CreditAmounts"), Immutable]
public readonly record struct CreditAmounts(
    [property: Id(0)] long Available,
    [property: Id(1)] long Held,
    [property: Id(2)] long Issued,
    [property: Id(3)] long Consumed,
    [property: Id(4)] long Expired,
    [property: Id(5)] long Refunded);

/// <param name="Before">Only entries below this sequence number. Null begins at the newest.</param>
/// <param name="Limit">1 to 500.</param>
[GenerateSerializer, Alias("ax2.CreditEntryQuery"), Immutable]
public sealed record CreditEntryQuery(
    [property: Id(0)] int Limit,
    [property: Id(1)] long? Before = null,
    [property: Id(2)] EntryKind? Kind = null,
    [property: Id(3)] Guid? HoldId = null,
    [property: Id(4)] DateTimeOffset? From = null,
    [property: Id(5)] DateTimeOffset? Until = null);

/// <param name="Entries">Of a kind or hold there may be fewer than asked for, or none, before the last page.</param>
/// <param name="NextBefore">Goes into the query of the next page; null on the last one.</param>
[GenerateSerializer, Alias("ax2.CreditEntryPage"), Immutable]
public sealed record CreditEntryPage(
    [property: Id(0)] ImmutableArray<CreditEntry> Entries,
    [property: Id(1)] long? NextBefore);

/// <param name="Entries">Oldest first.</param>
/// <param name="IsComplete">False when the period has more entries than a statement carries: ask for less.</param>
[GenerateSerializer, Alias("ax2.CreditStatement"), Immutable]
public sealed record CreditStatement(
    [property: Id(0)] DateTimeOffset From,
    [property: Id(1)] DateTimeOffset Until,
    [property: Id(2)] CreditBalance Opening,
    [property: Id(3)] ImmutableArray<CreditEntry> Entries,
    [property: Id(4)] CreditBalance Closing,
    [property: Id(5)] bool IsComplete);

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class CreditRefusals
{
    public const string Insufficient = "credits_insufficient";
    public const string AmountInvalid = "credit_amount_invalid";
    public const string TimeInvalid = "credit_time_invalid";
    public const string TextInvalid = "credit_text_invalid";
    public const string HoldUnknown = "hold_unknown";
    public const string HoldExists = "hold_exists";
    public const string HoldOpen = "hold_open";
    public const string HoldLimit = "hold_limit_reached";
    public const string GrantLimit = "grant_limit_reached";
    public const string HoldResolved = "hold_resolved";
    public const string AboveHold = "settle_above_hold";
    public const string AboveCharge = "refund_above_charge";
    public const string OperationConflict = "operation_conflict";
    public const string AccountFrozen = "account_frozen";
    public const string AccountClosed = "account_closed";
    public const string AccountBusy = "account_busy";
    public const string QuoteExpired = "quote_expired";
}
