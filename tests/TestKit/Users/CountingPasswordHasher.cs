using Ax2.Users;

namespace Ax2.TestKit.Users;

/// <summary>No cost and no secrecy, but it counts: every check of a password must cost one.</summary>
public sealed class CountingPasswordHasher : IPasswordHasher
{
    private int _checks;

    public int Checks => Volatile.Read(ref _checks);

    /// <summary>What new hashes begin with; those that begin otherwise are outdated, and still good.</summary>
    public string Parameters { get; set; } = "plain:";

    /// <summary>Refuses everything, as one with too many waiting.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Runs before each turn, with the token of who waits for it.</summary>
    public Func<CancellationToken, Task> BeforeTurn { get; set; } = _ => Task.CompletedTask;

    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        await WaitForTurnAsync(cancellationToken);
        return Parameters + password;
    }

    public async Task<bool> VerifyAsync(string? hash, string password, CancellationToken cancellationToken)
    {
        await WaitForTurnAsync(cancellationToken);
        Interlocked.Increment(ref _checks);
        return hash?[(hash.IndexOf(':', StringComparison.Ordinal) + 1)..] == password;
    }

    private Task WaitForTurnAsync(CancellationToken cancellationToken) =>
        IsBusy ? throw new ServiceBusyException("Busy.") : BeforeTurn(cancellationToken);

    public bool IsOutdated(string hash) => !hash.StartsWith(Parameters, StringComparison.Ordinal);
}
