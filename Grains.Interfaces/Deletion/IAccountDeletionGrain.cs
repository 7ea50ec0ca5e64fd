using Ax2.Users;

namespace Ax2.Deletion;

/// <summary>
/// The end of an account. Key: the user id. A reminder, registered before the first state, carries it through whatever
/// happens: after the grace period everything that says who the user was is erased, step by step, and each step may be
/// repeated. What stays are entries of the ledger and of the audit log, which know ids alone, and a proof.
/// </summary>
[Alias("ax2.IAccountDeletionGrain")]
public interface IAccountDeletionGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Begins the grace period, ends every session and revokes every API key. A repeat checks the password again, and
    /// answers the first time. The token ends the wait for that check. Refusal:
    /// <see cref="UserRefusals.PasswordWrong"/>.
    /// </summary>
    [Alias("Request"), ResponseTimeout("00:00:07")]
    Task<DeletionAnswer> Request(string password, Device device, CancellationToken cancellationToken);

    /// <summary>Keeps the account. False when no deletion was requested, or the grace period is over.</summary>
    [Alias("Cancel")]
    Task<bool> Cancel(Device device);
}
