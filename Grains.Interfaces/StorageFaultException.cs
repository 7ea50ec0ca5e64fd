namespace Ax2;

/// <summary>
/// A store behind a grain cannot be used now: the database is away, or a disk is full. Every grain call may throw it.
/// What was asked for may be done or not, as after a timeout; a repeat under the same id is safe once the store is back.
/// </summary>
/// <param name="message">The cause, for the log: it may hold addresses. Clients get the code.</param>
[GenerateSerializer, Alias("ax2.StorageFaultException")]
public sealed class StorageFaultException(string code, string message) : OrleansException(message)
{
    /// <summary><c>storage_unavailable</c> or <c>storage_full</c>.</summary>
    [Id(0)]
    public string Code { get; init; } = code;
}
