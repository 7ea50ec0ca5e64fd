using Orleans.Concurrency;

namespace Ax2.Users;

/// <summary>What only other grains may ask of a user. Key: the user id.</summary>
[Alias("ax2.IUserRecord")]
public interface IInternalUserGrain : IGrainWithGuidKey
{
    /// <summary>
    /// <see cref="IUserGrain.Register"/> for an address that a sign-in provider has verified; the password is random.
    /// </summary>
    [Alias("RegisterVerified")]
    Task<RegisterAnswer> RegisterVerified(RegisterUser command);

    /// <summary>Stores the key of the grain of an identity at a provider, so that it can be released.</summary>
    [Alias("AddIdentity")]
    Task AddIdentity(string identityKey);

    /// <summary>
    /// Mails a link for a new password, unless one was sent within <see cref="AccountOptions.LinkInterval"/>.
    /// </summary>
    [Alias("SendReset")]
    Task SendReset();

    /// <summary>Mails the user that somebody gave the address for another account.</summary>
    [Alias("TellAlreadyHere"), AlwaysInterleave]
    Task NotifyAlreadyRegistered();

    /// <summary>Starts the grace period, when the password is right.</summary>
    [Alias("BeginDeletion")]
    Task<DeletionAnswer> BeginDeletion(string password, Device device, CancellationToken cancellationToken);

    /// <summary>False when there is no deletion to cancel.</summary>
    [Alias("CancelDeletion")]
    Task<bool> CancelDeletion(Device device);

    /// <summary>
    /// What is to be erased, once the grace period is over: from then on the user is not active. Null when the account
    /// is not to be deleted, or is deleted already.
    /// </summary>
    [Alias("BeginErasure")]
    Task<ErasureOrder?> BeginErasure();

    /// <summary>Deletes the user's own state: the last step.</summary>
    [Alias("Erase")]
    Task Delete();
}

/// <summary>What the steps of an erasure need to know of the user.</summary>
[GenerateSerializer, Alias("ax2.ErasureOrder"), Immutable]
public sealed record ErasureOrder(
    [property: Id(0)] string Email,
    [property: Id(1)] string Language,
    [property: Id(2)] Guid HomeWorkspaceId,
    [property: Id(3)] IReadOnlyList<string> Identities,
    [property: Id(4)] DateTimeOffset RequestedAt,
    [property: Id(5)] int Change);
