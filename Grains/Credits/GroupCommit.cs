using System.Collections.Immutable;

namespace Ax2.Credits;

/// <summary>
/// While one commit runs, the commands that come wait for the next and share it. To be used on a scheduler that runs
/// one thing at a time, as a grain's.
/// </summary>
/// <param name="commit">One answer for each command, in their order, once all of it is durable.</param>
/// <param name="onFault">
/// Called once, when <paramref name="commit"/> has thrown: no further commit is made. Its result goes to those of the
/// failed batch, to all who wait, and to all who come later.
/// </param>
/// <param name="maxWaiting">Commands that may wait for the running commit.</param>
/// <param name="maxBatch">Commands that share one commit.</param>
internal sealed class GroupCommit<TCommand, TAnswer>(
    Func<ImmutableArray<TCommand>, Task<ImmutableArray<TAnswer>>> commit,
    Func<Exception, Exception> onFault,
    int maxWaiting,
    int maxBatch,
    TimeProvider time)
{
    private const int GatherShare = 3;

    /// <summary>Timers are no finer.</summary>
    private static readonly TimeSpan MinGather = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxGather = TimeSpan.FromMilliseconds(20);

    private readonly List<Waiting> _waiting = [];
    private Task _running = Task.CompletedTask;

    /// <summary>Set while the loop waits until <see cref="_expected"/> commands are there.</summary>
    private TaskCompletionSource? _gathered;

    /// <summary>The size of the last batch.</summary>
    private int _expected;

    private Exception? _fault;

    public bool IsFull => _waiting.Count >= maxWaiting;

    public Task<TAnswer> AddAsync(TCommand command)
    {
        if (_fault is not null)
        {
            return Task.FromException<TAnswer>(_fault);
        }

        if (IsFull)
        {
            throw new InvalidOperationException($"{maxWaiting} commands wait already.");
        }

        var waiting = new Waiting(command);
        _waiting.Add(waiting);
        if (_waiting.Count >= _expected)
        {
            _gathered?.TrySetResult();
        }

        if (_running.IsCompleted)
        {
            _running = CommitWaitingAsync();
        }

        return waiting.Answer.Task;
    }

    private async Task CommitWaitingAsync()
    {
        // Commands that are sent at this moment share the first commit.
        await Task.Yield();
        while (_waiting.Count > 0)
        {
            var started = time.GetTimestamp();
            var batch = _waiting.Take(maxBatch).ToImmutableArray();
            _waiting.RemoveRange(0, batch.Length);
            try
            {
                var answers = await commit(ImmutableArray.CreateRange(batch, w => w.Command));
                for (var i = 0; i < batch.Length; i++)
                {
                    batch[i].Answer.SetResult(answers[i]);
                }
            }
            catch (Exception e)
            {
                Fail(batch, e);
                return;
            }

            _expected = batch.Length;
            await GatherAsync(time.GetElapsedTime(started) / GatherShare);
        }
    }

    /// <summary>
    /// Callers that were just answered often call again at once. Without waiting for them they split into two halves
    /// that take turns, and each commit carries half of what it could. The wait ends when as many wait as were
    /// answered; one caller alone has nobody to wait for. It has a ceiling, because a commit may have stalled for a
    /// minute.
    /// </summary>
    private async Task GatherAsync(TimeSpan share)
    {
        var wait = share < MaxGather ? share : MaxGather;
        if (_expected == 1 || _waiting.Count >= _expected || wait < MinGather)
        {
            await Task.Yield();
            return;
        }

        _gathered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Task.WhenAny(_gathered.Task, Task.Delay(wait, time));
        _gathered = null;
    }

    private void Fail(ImmutableArray<Waiting> batch, Exception fault)
    {
        _fault = onFault(fault);
        foreach (var waiting in batch.Concat(_waiting))
        {
            waiting.Answer.TrySetException(_fault);
        }

        _waiting.Clear();
    }

    private sealed record Waiting(TCommand Command)
    {
        public TaskCompletionSource<TAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
