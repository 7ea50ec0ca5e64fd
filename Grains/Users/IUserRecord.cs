using Orleans.Concurrency;

namespace Ax2.Users;

/// <summary>The half of a user that only silos know. Key: the user id.</summary>
[Alias("ax2.IUserRecord")]
public interface IUserRecord : IGrainWithGuidKey
{
    /// <summary>
    /// <see cref="IUserGrain.Register"/> for an address that a provider vouches for: it is verified, and nobody knows
    /// the password.
    /// </summary>
    [Alias("RegisterVerified")]
    Task<RegisterAnswer> RegisterVerified(RegisterUser command);

    /// <summary>Remembers the identity at a provider, by the key of its grain, so that it can be given up.</summary>
    [Alias("AddIdentity")]
    Task AddIdentity(string identityKey);

    /// <summary>Mails a link for a new password, unless one went out a moment ago.</summary>
    [Alias("SendReset")]
    Task SendReset();

    /// <summary>Tells the user that somebody gave the address for another account.</summary>
    [Alias("TellAlreadyHere"), AlwaysInterleave]
    Task TellAlreadyHere();

    /// <summary>The time of grace begins, when the password is right.</summary>
    [Alias("BeginDeletion")]
    Task<DeletionAnswer> BeginDeletion(string password, Device device);

    /// <summary>False when there is no end to call off.</summary>
    [Alias("CancelDeletion")]
    Task<bool> CancelDeletion(Device device);

    /// <summary>
    /// What is to be erased, once the time of grace is over: from then on nobody is this user any more. Null when the
    /// account stays or is gone.
    /// </summary>
    [Alias("BeginErasure")]
    Task<ErasureOrder?> BeginErasure();

    /// <summary>Clears the user's own state: the last step.</summary>
    [Alias("Erase")]
    Task Erase();
}

/// <summary>All that the steps of an erasure must know of the user whom they forget.</summary>
[GenerateSerializer, Alias("ax2.ErasureOrder"), Immutable]
public sealed record ErasureOrder(
    [property: Id(0)] string Email,
    [property: Id(1)] string Language,
    [property: Id(2)] Guid HomeWorkspaceId,
    [property: Id(3)] IReadOnlyList<string> Identities,
    [property: Id(4)] DateTimeOffset RequestedAt,
    [property: Id(5)] int Change);
