using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// Feeds the ledger as the grain does: resolved holds and answers leave the state and are looked up in a table.
/// </summary>
internal sealed class LedgerDriver
{
    internal static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    internal static readonly CreditsOptions Options = new();

    private readonly Dictionary<string, LedgerOperation> operations = [];

    internal LedgerState State { get; private set; } = new(new Guid(7, 0, 0, new byte[8]));

    internal List<CreditEntry> Entries { get; } = [];

    internal Dictionary<Guid, CreditHold> Holds { get; } = [];

    internal Dictionary<long, CreditGrant> Grants { get; } = [];

    internal DateTimeOffset Now { get; set; } = Start;

    internal CreditAnswer Send(ICreditCommand command) => SendAll(command)[0];

    internal ImmutableArray<CreditAnswer> SendAll(params IReadOnlyCollection<ICreditCommand> commands)
    {
        var facts = new LedgerFacts(operations.ToImmutableDictionary(), [.. Holds.Values]);
        var batch = Ledger.Fold(State, commands, facts, Now, Options);
        State = batch.State;
        Entries.AddRange(batch.Entries);
        foreach (var operation in batch.Operations)
        {
            operations.Add(operation.OperationId, operation);
        }

        foreach (var hold in batch.Holds)
        {
            Holds[hold.HoldId] = hold;
        }

        foreach (var grant in batch.Grants)
        {
            Grants[grant.Number] = grant;
        }

        return batch.Answers;
    }
}
