using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>What the storage of <see cref="CreditAccountState"/> knows besides; to be read only.</summary>
public interface ICreditHistory
{
    /// <summary>Entries that one page looks at to find those of a kind or hold, which have no index.</summary>
    public const int MaxFilteredEntries = 10_000;

    /// <summary>What is known of these operation ids and holds.</summary>
    Task<LedgerFacts> LookUpAsync(
        Guid accountId,
        IReadOnlyCollection<string> operationIds,
        IReadOnlyCollection<Guid> holdIds,
        CancellationToken cancellationToken);

    /// <summary>
    /// At most <see cref="CreditEntryQuery.Limit"/> entries, newest first. A page of a kind or hold ends after
    /// <see cref="MaxFilteredEntries"/> at the latest, with fewer entries or none, and says where the next one begins.
    /// </summary>
    Task<CreditEntryPage> ListEntriesAsync(
        Guid accountId, CreditEntryQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// The accounts whose <see cref="LedgerState.NextDueAt"/> is not after <paramref name="until"/>, earliest first, in
    /// pages.
    /// </summary>
    IAsyncEnumerable<ImmutableArray<Guid>> ListDueAsync(
        DateTimeOffset until, int pageSize, CancellationToken cancellationToken);
}
