using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// The working copy of one account while commands are folded into it. It keeps sums, grants, holds and entries
/// consistent; what may happen is decided by <see cref="GrantRules"/>, <see cref="HoldRules"/>,
/// <see cref="OperatorRules"/> and <see cref="DueRules"/>. It never leaves <see cref="Ledger.Fold"/>.
/// </summary>
internal sealed class LedgerWork
{
    private readonly LedgerState _before;
    private readonly ImmutableArray<CreditHold> _asked;
    private readonly ImmutableDictionary<Guid, CreditHold>.Builder _holds;
    private readonly HashSet<Guid> _changedHolds = [];
    private readonly List<CreditEntry> _entries = [];
    private ImmutableArray<byte> _lastHash;

    internal LedgerWork(
        LedgerState before, ImmutableArray<CreditHold> asked, DateTimeOffset now, CreditsOptions options)
    {
        (_before, _asked, _lastHash) = (before, asked, before.LastHash);
        (Status, Totals, NextDueAt) = (before.Status, before.Totals, before.NextDueAt);
        (Grants, OpenHoldCount, Options) = (new LedgerGrants(before.Grants), before.Holds.Count, options);
        _holds = before.Holds.ToBuilder();
        foreach (var hold in asked.Where(hold => !_holds.ContainsKey(hold.HoldId)))
        {
            _holds.Add(hold.HoldId, hold);
        }

        var time = LedgerTime.Of(now);
        Now = time > before.Time ? time : before.Time;
    }

    internal CreditsOptions Options { get; }

    /// <summary>The account's time: the server's, but never behind the last entry.</summary>
    internal DateTimeOffset Now { get; }

    internal AccountStatus Status { get; set; }

    /// <summary>As in <see cref="LedgerState.NextDueAt"/>.</summary>
    internal DateTimeOffset NextDueAt { get; set; }

    internal CreditAmounts Totals { get; private set; }

    internal LedgerGrants Grants { get; }

    internal int OpenHoldCount { get; private set; }

    internal IEnumerable<CreditHold> OpenHolds => _holds.Values.Where(hold => hold.Status == HoldStatus.Open);

    internal CreditBalance Balance => new(Totals.Available + Totals.Held, Totals.Held);

    internal long NextSequence => _before.Sequence + _entries.Count + 1;

    internal CreditHold? FindHold(Guid holdId) => _holds.GetValueOrDefault(holdId);

    /// <summary>Adds or replaces a hold.</summary>
    internal void Put(CreditHold hold)
    {
        var wasOpen = FindHold(hold.HoldId) is { Status: HoldStatus.Open };
        var isOpen = hold.Status == HoldStatus.Open;
        OpenHoldCount += (isOpen ? 1 : 0) - (wasOpen ? 1 : 0);
        _holds[hold.HoldId] = hold;
        _changedHolds.Add(hold.HoldId);
        NoteDue(isOpen ? hold.ExpiresAt : null);
    }

    internal void Add(CreditGrant grant)
    {
        Grants.Add(grant);
        NoteDue(grant.IsEffective ? grant.ExpiresAt : grant.EffectiveAt);
    }

    /// <summary>The entry of a command, to be posted.</summary>
    internal CreditEntry EntryOf(ICreditCommand command, EntryKind kind, CreditAmounts change = default)
    {
        var audited = command as IAuditedCommand;
        return EntryAt(Now, kind, change) with
        {
            OperationId = command.OperationId,
            HoldId = (command as IHoldCommand)?.HoldId,
            Reason = audited?.Reason,
            Actor = audited?.Actor,
        };
    }

    /// <summary>The entry of what time does, to be posted.</summary>
    internal static CreditEntry EntryAt(DateTimeOffset time, EntryKind kind, CreditAmounts change = default) =>
        new(0, time, kind, change, CreditBalance.Zero);

    /// <summary>Books one entry. The limit on new grants keeps every sum in range.</summary>
    internal void Post(CreditEntry entry)
    {
        Totals = Sum(Totals, entry.Change);
        entry = entry with { Sequence = NextSequence, Balance = Balance };
        _lastHash = EntryHash.Of(_before.AccountId, entry, _lastHash);
        _entries.Add(entry with { Hash = _lastHash });
    }

    /// <summary>Resolved holds are removed from the state: from now on they are looked up in their rows.</summary>
    internal LedgerBatch ToBatch(ImmutableArray<CreditAnswer> answers, ImmutableArray<LedgerOperation> operations)
    {
        ImmutableArray<CreditHold> holds = [.. _changedHolds.Select(id => _holds[id])];
        _holds.RemoveRange(holds.Concat(_asked).Where(h => h.Status != HoldStatus.Open).Select(h => h.HoldId));

        var state = new LedgerState(_before.AccountId)
        {
            Status = Status,
            Totals = Totals,
            Sequence = _before.Sequence + _entries.Count,
            LastHash = _lastHash,
            Time = Now,
            NextDueAt = NextDueAt,
            Grants = [.. Grants.Open],
            Holds = _holds.ToImmutable(),
        };
        var isEmpty = _entries.Count == 0 && operations.IsEmpty && NextDueAt == _before.NextDueAt;
        return new LedgerBatch(state, answers, [.. _entries], operations, holds, [.. Grants.Changed], isEmpty);
    }

    private static CreditAmounts Sum(CreditAmounts a, CreditAmounts b) => checked(new(
        a.Available + b.Available, a.Held + b.Held, a.Issued + b.Issued, a.Consumed + b.Consumed,
        a.Expired + b.Expired, a.Refunded + b.Refunded));

    private void NoteDue(DateTimeOffset? at) => NextDueAt = at < NextDueAt ? at.Value : NextDueAt;
}

/// <summary>PostgreSQL keeps microseconds: a time that was stored and read again must be the same.</summary>
internal static class LedgerTime
{
    internal static DateTimeOffset Of(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
