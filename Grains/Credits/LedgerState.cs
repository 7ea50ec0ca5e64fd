using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// One account as the ledger sees it; replaced, never changed in place. <see cref="Ledger"/> alone makes new ones.
/// </summary>
public sealed record LedgerState(Guid AccountId)
{
    public AccountStatus Status { get; init; }

    /// <summary>Sums of all changes that were ever booked. They sum to zero.</summary>
    public CreditAmounts Totals { get; init; }

    /// <summary>Number of the last entry; the first is 1.</summary>
    public long Sequence { get; init; }

    /// <summary>Hash of the last entry; empty before the first.</summary>
    public ImmutableArray<byte> LastHash { get; init; } = [];

    /// <summary>The account's clock: no entry is older than one before it, whatever the servers' clocks say.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Nothing is due before this; it may be earlier than what is really next.</summary>
    public DateTimeOffset NextDueAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Grants that are scheduled, have credits left or credits in holds; in burn order.</summary>
    public ImmutableArray<CreditGrant> Grants { get; init; } = [];

    /// <summary>All open holds.</summary>
    public ImmutableDictionary<Guid, CreditHold> Holds { get; init; } = ImmutableDictionary<Guid, CreditHold>.Empty;

    public CreditBalance Balance => new(Totals.Available + Totals.Held, Totals.Held);
}

/// <param name="Number">Sequence number of the entry that made it.</param>
public sealed record CreditGrant(
    long Number,
    CreditCategory Category,
    int Priority,
    DateTimeOffset EffectiveAt,
    DateTimeOffset? ExpiresAt,
    long GrantedCredits)
{
    /// <summary>False until <see cref="EffectiveAt"/> came and the credits were issued.</summary>
    public bool IsEffective { get; init; }

    /// <summary>Set when the time came. What holds still keep of it is lost when they return it.</summary>
    public bool IsExpired { get; init; }

    /// <summary>What a new hold may take.</summary>
    public long RemainingCredits { get; init; }

    /// <summary>What open holds took and may return.</summary>
    public long HeldCredits { get; init; }

    /// <summary>Whether anything can still happen to it. Others are removed from the state; their row stays.</summary>
    public bool IsOpen => !IsEffective || (!IsExpired && RemainingCredits > 0) || HeldCredits > 0;

    /// <summary>Priority, then what expires earlier, then what is older.</summary>
    public static Comparison<CreditGrant> BurnOrder { get; } = (a, b) =>
    {
        var order = a.Priority.CompareTo(b.Priority);
        order = order != 0 ? order : EndOf(a).CompareTo(EndOf(b));
        return order != 0 ? order : a.Number.CompareTo(b.Number);
    };

    private static DateTimeOffset EndOf(CreditGrant grant) => grant.ExpiresAt ?? DateTimeOffset.MaxValue;
}

/// <param name="OpenedSequence">Sequence number of the entry that made it.</param>
/// <param name="Slices">What it took from which grant, in burn order; they sum to <paramref name="Credits"/>.</param>
public sealed record CreditHold(
    Guid HoldId,
    long OpenedSequence,
    long Credits,
    DateTimeOffset OpenedAt,
    DateTimeOffset ExpiresAt,
    ImmutableArray<HoldSlice> Slices)
{
    public HoldStatus Status { get; init; }
    public long ChargedCredits { get; init; }
    public long RefundedCredits { get; init; }
}

/// <summary>Stored by name.</summary>
public enum HoldStatus
{
    Open,
    Settled,
    Released,
    Expired,
}

public readonly record struct HoldSlice(long GrantNumber, long Credits);
