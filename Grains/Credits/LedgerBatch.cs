using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>What the ledger made of some commands: stored whole, or not at all.</summary>
/// <param name="Answers">One for each command, in their order.</param>
/// <param name="Entries">New ones, gapless from the old state's sequence on.</param>
/// <param name="Operations">New ones; a repeat makes none.</param>
/// <param name="Holds">New and changed ones.</param>
/// <param name="Grants">New and changed ones.</param>
/// <param name="IsEmpty">Nothing to store: there were only repeats.</param>
public sealed record LedgerBatch(
    LedgerState State,
    ImmutableArray<CreditAnswer> Answers,
    ImmutableArray<CreditEntry> Entries,
    ImmutableArray<LedgerOperation> Operations,
    ImmutableArray<CreditHold> Holds,
    ImmutableArray<CreditGrant> Grants,
    bool IsEmpty);

/// <summary>
/// One command that was carried out or refused. The content is kept whole instead of only its hash, so that a conflict
/// can name the field that differs.
/// </summary>
/// <param name="Content">See <see cref="LedgerContent"/>.</param>
public sealed record LedgerOperation(string OperationId, string Content, CreditAnswer Answer);

/// <summary>What the state does not hold but the commands of a batch refer to.</summary>
public sealed record LedgerFacts(
    ImmutableDictionary<string, LedgerOperation> Operations,
    ImmutableArray<CreditHold> Holds)
{
    public static readonly LedgerFacts None = new(ImmutableDictionary<string, LedgerOperation>.Empty, []);
}
