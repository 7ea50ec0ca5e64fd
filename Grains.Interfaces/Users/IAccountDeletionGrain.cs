namespace Ax2.Users;

/// <summary>
/// The end of an account. Key: the user id. A reminder, registered before the first state, carries it through whatever
/// happens: after the time of grace everything that says who the user was is erased, step by step, and each step may be
/// repeated. What stays are entries of the ledger and of the audit log, which know ids alone, and a proof.
/// </summary>
[Alias("ax2.IAccountDeletionGrain")]
public interface IAccountDeletionGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Begins the time of grace, ends every session and revokes every API key. Idempotent: a repeat answers the first
    /// time. Refusal: <see cref="UserRefusals.PasswordWrong"/>.
    /// </summary>
    [Alias("Request")]
    Task<DeletionAnswer> Request(string password, Device device);

    /// <summary>Keeps the account. False when nobody asked for its end, or the time of grace is over.</summary>
    [Alias("Cancel")]
    Task<bool> Cancel(Device device);
}

/// <summary>Exactly one of the two is set.</summary>
/// <param name="DueAt">When the account is erased. Until then it can be kept.</param>
[GenerateSerializer, Alias("ax2.DeletionAnswer"), Immutable]
public sealed record DeletionAnswer(
    [property: Id(0)] DateTimeOffset? DueAt,
    [property: Id(1)] Refusal? Refusal);
