namespace Ax2.Credits;

/// <summary>
/// One account as its grain storage reads and writes it. The storage must keep what is <see cref="Pending"/> in the
/// same transaction, whole or not at all, and hand the state back without it. The version is the ETag: a writer that
/// does not know the present one gets an <see cref="Orleans.Storage.InconsistentStateException"/>. A batch that holds a
/// known operation id, or makes a hold under a known id, is refused with <see cref="OperationKnownException"/>.
/// What else a write throws leaves open whether it was stored.
/// </summary>
public sealed record CreditAccountState
{
    /// <summary>The storage provider that keeps this state.</summary>
    public const string Storage = "credits";

    public const string Name = "credit-account";

    /// <summary>The storage sets the account's id, of a new account too.</summary>
    public LedgerState Ledger { get; init; } = new(Guid.Empty);

    /// <summary>New for each version: shows whether a write whose reply was lost is stored.</summary>
    public Guid BatchId { get; init; }

    /// <summary>What led to <see cref="Ledger"/>: to be stored as rows. Null in every state that is read.</summary>
    public LedgerBatch? Pending { get; init; }
}

/// <summary>The batch repeats something that is stored already. Nothing of it was stored.</summary>
[GenerateSerializer, Alias("ax2.OperationKnownException")]
public sealed class OperationKnownException(string message) : WriteRejectedException(message);
