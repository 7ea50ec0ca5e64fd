namespace Ax2.Credits;

/// <summary>What the storage keeps of an account beyond <see cref="CreditAccountState"/>; to be read only.</summary>
public interface ICreditHistory
{
    /// <summary>What is known of these operation ids and holds.</summary>
    Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken);

    /// <summary>At most <see cref="CreditEntryQuery.Limit"/> entries, newest first.</summary>
    Task<IReadOnlyList<CreditEntry>> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken);
}
