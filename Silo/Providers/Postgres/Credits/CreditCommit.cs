namespace Ax2.Credits;

/// <summary>One write of an account's state.</summary>
/// <param name="ExpectedVersion">The fence: the version that the batch was made from; 0 for a new account.</param>
internal sealed record CreditCommit(long ExpectedVersion, CreditAccountState State)
{
    public Guid BatchId => State.BatchId;

    public LedgerState Ledger => State.Ledger;

    public LedgerBatch Batch { get; } = State.Pending
        ?? throw new ArgumentException("An account is stored with the batch that led to its state.", nameof(State));
}

internal enum CommitOutcome
{
    Committed,

    /// <summary>The account has another version than was expected. Nothing of the batch was stored.</summary>
    Fenced,

    /// <summary>
    /// The account has the expected version, and an operation id or the id of a new hold is known. Nothing was stored.
    /// </summary>
    Repeated,
}
