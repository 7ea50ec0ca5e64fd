namespace Ax2.Captions.Speech;

/// <summary>
/// The threads that compute, one set for the process. Each job queues in its own lane and the lanes take turns,
/// so a long job does not hold up a short one.
/// </summary>
internal sealed class SpeechWorkers : IDisposable
{
    private readonly object _lock = new();

    /// <summary>The lanes with work, each once, in the order of their turns. Under <see cref="_lock"/>.</summary>
    private readonly Queue<Lane> _turns = [];
    private readonly Thread[] _threads;
    private bool _isStopping;

    public SpeechWorkers(int threads)
    {
        _threads = [.. Enumerable.Range(1, threads).Select(number =>
            new Thread(Work) { Name = $"speech-{number}", IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public Lane OpenLane() => new(this);

    /// <summary>Cancels the work that waits, then waits for the work in hand.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isStopping = true;
            while (_turns.TryDequeue(out var lane))
            {
                TakeFrom(lane).Cancel();
            }
            Monitor.PulseAll(_lock);
        }
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Work()
    {
        while (NextItem() is { } item)
        {
            item.Run();
        }
    }

    private WorkItem? NextItem()
    {
        lock (_lock)
        {
            while (!_isStopping)
            {
                if (_turns.TryDequeue(out var lane))
                {
                    return TakeFrom(lane);
                }
                Monitor.Wait(_lock);
            }
            return null;
        }
    }

    private WorkItem TakeFrom(Lane lane)
    {
        var item = lane.Waiting.Dequeue();
        if (lane.Waiting.Count > 0)
        {
            _turns.Enqueue(lane);
        }
        return item;
    }

    private void Enqueue(Lane lane, WorkItem item)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            lane.Waiting.Enqueue(item);
            if (lane.Waiting.Count == 1)
            {
                _turns.Enqueue(lane);
            }
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>The work of one job.</summary>
    public sealed class Lane(SpeechWorkers workers)
    {
        internal Queue<WorkItem> Waiting { get; } = [];

        public Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken)
        {
            var item = new WorkItem<T>(work, cancellationToken);
            workers.Enqueue(this, item);
            return item.Task;
        }
    }

    internal abstract class WorkItem
    {
        public abstract void Run();

        public abstract void Cancel();
    }

    private sealed class WorkItem<T>(Func<T> work, CancellationToken cancellationToken) : WorkItem
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _result.Task;

        public override void Run()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _result.SetCanceled(cancellationToken);
                return;
            }
            try
            {
                _result.SetResult(work());
            }
            catch (OperationCanceledException stopped)
            {
                _result.SetCanceled(stopped.CancellationToken);
            }
#pragma warning disable CA1031 // Whatever fails belongs to the job that asked for it; the thread goes on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _result.SetException(failure);
            }
        }

        public override void Cancel() => _result.SetCanceled();
    }
}
