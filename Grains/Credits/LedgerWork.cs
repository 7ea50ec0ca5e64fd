using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// The working copy of one account while commands are folded into it. It never leaves <see cref="Ledger.Fold"/>.
/// Commands are in <c>LedgerWork.Commands.cs</c>, what time does in <c>LedgerWork.Due.cs</c>, the credits of grants
/// and holds in <c>LedgerWork.Slices.cs</c>.
/// </summary>
internal sealed partial class LedgerWork
{
    private readonly LedgerState _before;
    private readonly ImmutableArray<CreditHold> _asked;
    private readonly CreditsOptions _options;
    private readonly ImmutableDictionary<Guid, CreditHold>.Builder _holds;
    private readonly List<CreditGrant> _grants;
    private readonly List<CreditEntry> _entries = [];
    private readonly HashSet<Guid> _changedHolds = [];
    private readonly Dictionary<long, CreditGrant> _changedGrants = [];
    private AccountStatus _status;
    private CreditAmounts _totals;
    private ImmutableArray<byte> _lastHash;
    private DateTimeOffset _nextDueAt;
    private int _openHolds;

    internal LedgerWork(
        LedgerState before, ImmutableArray<CreditHold> asked, DateTimeOffset now, CreditsOptions options)
    {
        _before = before;
        _asked = asked;
        _options = options;
        _status = before.Status;
        _totals = before.Totals;
        _lastHash = before.LastHash;
        _nextDueAt = before.NextDueAt;
        _grants = [.. before.Grants];
        _openHolds = before.Holds.Count;
        _holds = before.Holds.ToBuilder();
        foreach (var hold in asked.Where(hold => !_holds.ContainsKey(hold.HoldId)))
        {
            _holds.Add(hold.HoldId, hold);
        }

        var time = LedgerTime.Of(now);
        Now = time > before.Time ? time : before.Time;
    }

    internal CreditBalance Balance => new(_totals.Available + _totals.Held, _totals.Held);

    /// <summary>The account's time: the server's, but never behind the last entry.</summary>
    private DateTimeOffset Now { get; }

    private long NextSequence => _before.Sequence + _entries.Count + 1;

    /// <summary>Resolved holds are removed from the state: from now on they are looked up in their rows.</summary>
    internal LedgerBatch ToBatch(ImmutableArray<CreditAnswer> answers, ImmutableArray<LedgerOperation> operations)
    {
        ImmutableArray<CreditHold> holds = [.. _changedHolds.Select(id => _holds[id])];
        _holds.RemoveRange(holds.Concat(_asked).Where(h => h.Status != HoldStatus.Open).Select(h => h.HoldId));

        var state = new LedgerState(_before.AccountId)
        {
            Status = _status,
            Totals = _totals,
            Sequence = _before.Sequence + _entries.Count,
            LastHash = _lastHash,
            Time = Now,
            NextDueAt = _nextDueAt,
            Grants = [.. _grants],
            Holds = _holds.ToImmutable(),
        };
        var isEmpty = _entries.Count == 0 && operations.IsEmpty && _nextDueAt == _before.NextDueAt;
        return new LedgerBatch(state, answers, [.. _entries], operations, holds, [.. _changedGrants.Values], isEmpty);
    }

    /// <summary>Books one entry. <see cref="Fits"/> keeps every sum in range.</summary>
    private void Post(CreditEntry entry)
    {
        _totals = Sum(_totals, entry.Change);
        entry = entry with { Sequence = NextSequence, Balance = Balance };
        _lastHash = EntryHash.Of(_before.AccountId, entry, _lastHash);
        _entries.Add(entry with { Hash = _lastHash });
    }

    private CreditEntry NewEntry(EntryKind kind, CreditAmounts change = default) =>
        new(0, Now, kind, change, CreditBalance.Zero);

    /// <summary>
    /// Whether so many new credits leave every sum in the range of numbers, forever: all that exists was issued or
    /// refunded, each at most half the range, scheduled grants included.
    /// </summary>
    private bool Fits(long credits, bool isRefund)
    {
        var booked = isRefund
            ? -(Int128)_totals.Refunded
            : _grants.Where(g => !g.IsEffective).Aggregate(-(Int128)_totals.Issued, (sum, g) => sum + g.GrantedCredits);
        return booked + credits <= long.MaxValue / 2;
    }

    private static CreditAmounts Sum(CreditAmounts a, CreditAmounts b) => checked(new(
        a.Available + b.Available, a.Held + b.Held, a.Issued + b.Issued, a.Consumed + b.Consumed,
        a.Expired + b.Expired, a.Refunded + b.Refunded));

    private void Put(CreditHold hold)
    {
        _holds[hold.HoldId] = hold;
        _changedHolds.Add(hold.HoldId);
    }

    private void NoteDue(DateTimeOffset? at)
    {
        if (at < _nextDueAt)
        {
            _nextDueAt = at.Value;
        }
    }
}

/// <summary>PostgreSQL keeps microseconds: a time that was stored and read again must be the same.</summary>
internal static class LedgerTime
{
    internal static DateTimeOffset Of(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
