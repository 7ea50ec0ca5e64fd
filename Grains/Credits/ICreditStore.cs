namespace Ax2.Credits;

/// <summary>
/// Where accounts live. You must send each account's batches one after the other; you may send those of different
/// accounts at once. What <see cref="CommitAsync"/> says is durable.
/// </summary>
public interface ICreditStore
{
    /// <summary>
    /// The account as it was last committed, with all open grants and holds; version 0 when it is new.
    /// </summary>
    Task<StoredAccount> LoadAsync(Guid accountId, CancellationToken cancellationToken);

    /// <summary>What is known of these operation ids and holds.</summary>
    Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken);

    /// <summary>
    /// Stores the batch whole or not at all. An exception leaves open which: read the account again, and compare
    /// <see cref="StoredAccount.LastBatchId"/>.
    /// </summary>
    Task<CommitOutcome> CommitAsync(CreditCommit commit, CancellationToken cancellationToken);

    /// <summary>At most <see cref="CreditEntryQuery.Limit"/> entries, newest first.</summary>
    Task<IReadOnlyList<CreditEntry>> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken);
}

/// <param name="Version">Grows by one with each commit.</param>
public sealed record StoredAccount(LedgerState State, long Version, Guid LastBatchId)
{
    public static StoredAccount New(Guid accountId) => new(new LedgerState(accountId), 0, Guid.Empty);
}

/// <param name="BatchId">New for each batch, and the same when it is sent again.</param>
/// <param name="ExpectedVersion">The fence: the version that the batch was made from.</param>
public sealed record CreditCommit(Guid BatchId, long ExpectedVersion, LedgerBatch Batch);

public enum CommitOutcome
{
    Committed,

    /// <summary>Another activation committed since the account was read. Nothing of the batch was stored.</summary>
    Fenced,

    /// <summary>
    /// An operation id or the id of a new hold is known already. Nothing was stored: look them up and fold again.
    /// </summary>
    Repeated,
}
