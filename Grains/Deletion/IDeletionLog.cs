using System.Collections.Immutable;
using Ax2.Users;

namespace Ax2.Deletion;

/// <summary>The proof that accounts were erased: records are added and never changed or removed.</summary>
public interface IDeletionLog
{
    /// <summary>Adds a record, durable when this returns. The same user again is no second one.</summary>
    Task AppendAsync(DeletionRecord record, CancellationToken cancellationToken);
}

/// <summary>It names nobody: who asks for the proof gives the address, and its hash finds the record.</summary>
/// <param name="EmailKey"><see cref="EmailAddress.GrainKey"/>: a hash.</param>
/// <param name="Erased">What was erased, for example <c>jobs</c>, and how many there were.</param>
public sealed record DeletionRecord(
    Guid UserId,
    string EmailKey,
    DateTimeOffset RequestedAt,
    DateTimeOffset BegunAt,
    DateTimeOffset ErasedAt,
    ImmutableSortedDictionary<string, int> Erased);
