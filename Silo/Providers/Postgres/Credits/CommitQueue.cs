using Npgsql;

namespace Ax2.Credits;

/// <summary>
/// Commits of many accounts share transactions as the commands of one account do: what comes while a statement is on
/// its way goes with the next one. One at a time: with two, each carries half, and the processors do more work for the
/// same commands than the second one's overlap gives back.
/// </summary>
internal sealed class CommitQueue(Func<IReadOnlyList<CreditCommit>, Task<CommitOutcome[]>> write)
{
    /// <summary>Accounts that share a statement.</summary>
    private const int MaxAccounts = 256;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _queue = [];
    private bool _isRunning;

    /// <summary>Throws when the outcome is not known.</summary>
    internal Task<CommitOutcome> CommitAsync(CreditCommit commit)
    {
        var waiting = new Waiting(commit);
        lock (_gate)
        {
            _queue.Enqueue(waiting);
            if (_isRunning)
            {
                return waiting.Outcome.Task;
            }

            _isRunning = true;
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

            _isRunning = group.Count > 0;
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
