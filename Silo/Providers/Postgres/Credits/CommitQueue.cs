using Npgsql;

namespace Ax2.Credits;

/// <summary>
/// Commits of many accounts share transactions as the commands of one account do: what comes while a statement is on
/// its way goes with the next one.
/// </summary>
internal sealed class CommitQueue(Func<IReadOnlyList<CreditCommit>, Task<CommitOutcome[]>> write)
{
    /// <summary>Two, so that one can be prepared while the other waits for the disk.</summary>
    private const int MaxRunning = 2;

    /// <summary>Accounts that share a statement.</summary>
    private const int MaxAccounts = 256;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _queue = [];
    private int _running;

    /// <summary>Throws when the outcome is not known.</summary>
    internal Task<CommitOutcome> CommitAsync(CreditCommit commit)
    {
        var waiting = new Waiting(commit);
        lock (_gate)
        {
            _queue.Enqueue(waiting);
            if (_running == MaxRunning)
            {
                return waiting.Outcome.Task;
            }

            _running++;
        }

        // Not on the grain's scheduler: this work serves other accounts, too.
        _ = Task.Run(WriteAllAsync);
        return waiting.Outcome.Task;
    }

    private async Task WriteAllAsync()
    {
        while (Take() is { Count: > 0 } group)
        {
            await WriteAsync(group);
        }
    }

    private List<Waiting> Take()
    {
        var group = new List<Waiting>();
        var accounts = new HashSet<Guid>();
        lock (_gate)
        {
            while (group.Count < MaxAccounts && _queue.TryPeek(out var next) && accounts.Add(next.AccountId))
            {
                group.Add(_queue.Dequeue());
            }

            if (group.Count == 0)
            {
                _running--;
            }
        }

        return group;
    }

    private async Task WriteAsync(List<Waiting> group)
    {
        try
        {
            var outcomes = await write([.. group.Select(w => w.Commit)]);
            for (var i = 0; i < group.Count; i++)
            {
                group[i].Outcome.SetResult(outcomes[i]);
            }
        }
        catch (PostgresException e) when (group.Count > 1 && IsRolledBack(e))
        {
            // One account's fault must not be the others'.
            foreach (var waiting in group)
            {
                await WriteAsync([waiting]);
            }
        }
        catch (Exception e)
        {
            group.ForEach(w => w.Outcome.SetException(e));
        }
    }

    /// <summary>
    /// Integrity violations and serialization failures: the one kind of error whose outcome is certain.
    /// </summary>
    private static bool IsRolledBack(PostgresException e) =>
        e.SqlState.StartsWith("23", StringComparison.Ordinal) || e.SqlState.StartsWith("40", StringComparison.Ordinal);

    private sealed record Waiting(CreditCommit Commit)
    {
        public Guid AccountId => Commit.Ledger.AccountId;

        public TaskCompletionSource<CommitOutcome> Outcome { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
