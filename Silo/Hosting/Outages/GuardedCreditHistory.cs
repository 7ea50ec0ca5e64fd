using System.Collections.Immutable;
using Ax2.Credits;

namespace Ax2.Outages;

/// <summary>
/// A credit history whose outages are <see cref="StorageFaultException"/>s: a commit answers other faults of it as an
/// unknown outcome, before a call filter sees them.
/// </summary>
internal sealed class GuardedCreditHistory(ICreditHistory history, StorageOutages outages) : ICreditHistory
{
    public Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken) =>
        outages.Guard(history.LookUpAsync(accountId, operationIds, holdIds, cancellationToken));

    public Task<CreditEntryPage> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken) =>
        outages.Guard(history.ListEntriesAsync(accountId, query, cancellationToken));

    /// <summary>Not in a commit: the call filter is enough.</summary>
    public IAsyncEnumerable<ImmutableArray<Guid>> ListDueAsync(
        DateTimeOffset until, int pageSize, CancellationToken cancellationToken) =>
        history.ListDueAsync(until, pageSize, cancellationToken);
}
