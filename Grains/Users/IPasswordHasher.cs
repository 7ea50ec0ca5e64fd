namespace Ax2.Users;

/// <summary>
/// Slow, salted password hashing, off the grain scheduler. Throws <see cref="ServiceBusyException"/> when too many wait
/// for their turn. The token ends the wait; a hash that is being computed comes to its end.
/// </summary>
public interface IPasswordHasher
{
    /// <summary>A self-describing text: algorithm, parameters, salt and hash.</summary>
    Task<string> HashAsync(string password, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the password made this hash. A null hash takes the same time and answers false, so that an unknown
    /// user cannot be distinguished from a wrong password.
    /// </summary>
    Task<bool> VerifyAsync(string? hash, string password, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a hash was made with less effort than one would be now: the next time that the password is known, it is
    /// hashed anew.
    /// </summary>
    bool IsOutdated(string hash);
}
