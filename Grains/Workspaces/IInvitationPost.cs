namespace Ax2.Workspaces;

/// <summary>
/// Brings an invitation to the address that it is for. Where none is registered, no mail goes out and the inviter hands
/// the invitation over.
/// </summary>
public interface IInvitationPost
{
    /// <summary>
    /// The invitation is on its way, durably, when this returns. The same token again is no second mail.
    /// </summary>
    /// <param name="to">As <see cref="Users.EmailAddress.Normalize"/> answers it.</param>
    Task PostAsync(string to, InvitationToken token, CancellationToken cancellationToken);
}
