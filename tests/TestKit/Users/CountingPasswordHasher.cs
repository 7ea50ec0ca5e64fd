using Ax2.Users;

namespace Ax2.TestKit.Users;

/// <summary>No cost and no secrecy, but it counts: every check of a password must cost one.</summary>
public sealed class CountingPasswordHasher : IPasswordHasher
{
    private int _checks;

    public int Checks => Volatile.Read(ref _checks);

    public Task<string> HashAsync(string password) => Task.FromResult("plain:" + password);

    public Task<bool> VerifyAsync(string? hash, string password)
    {
        Interlocked.Increment(ref _checks);
        return Task.FromResult(hash == "plain:" + password);
    }
}
