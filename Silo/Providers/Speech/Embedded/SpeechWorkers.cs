using System.Collections.Concurrent;

namespace Ax2.Captions.Speech;

/// <summary>
/// The threads that compute, one set for the process. Each job queues in its own lane and the lanes take turns,
/// so a long job does not hold up a short one. They run at a lower priority than everything else of the process.
/// </summary>
internal sealed class SpeechWorkers : IDisposable
{
    private readonly object _lock = new();

    /// <summary>The lanes with work, each once, in the order of their turns. Under <see cref="_lock"/>.</summary>
    private readonly Queue<Lane> _turns = [];
    private readonly Thread[] _threads;

    /// <summary>
    /// Completes what the threads have computed. A completion may make the pool start a thread, and that inherits the
    /// priority of the one that completes.
    /// </summary>
    private readonly Thread _publisher;
    private readonly BlockingCollection<Action> _results = [];
    private bool _isStopping;

    public SpeechWorkers(int threads)
    {
        _threads = [.. Enumerable.Range(1, threads).Select(number =>
            new Thread(Work) { Name = $"speech-{number}", IsBackground = true })];
        _publisher = new Thread(Publish) { Name = "speech-results", IsBackground = true };
        foreach (var thread in (Thread[])[_publisher, .. _threads])
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
        _results.CompleteAdding();
        _publisher.Join();
        _results.Dispose();
    }

    private void Work()
    {
        LowPriority.ApplyToThisThread();
        while (NextItem() is { } item)
        {
            _results.Add(item.Run());
        }
    }

    private void Publish()
    {
        foreach (var complete in _results.GetConsumingEnumerable())
        {
            complete();
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
        /// <summary>Answers what completes the item's task.</summary>
        public abstract Action Run();

        public abstract void Cancel();
    }

    private sealed class WorkItem<T>(Func<T> work, CancellationToken cancellationToken) : WorkItem
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _result.Task;

        public override Action Run()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return () => _result.SetCanceled(cancellationToken);
            }
            try
            {
                var result = work();
                return () => _result.SetResult(result);
            }
            catch (OperationCanceledException stopped)
            {
                return () => _result.SetCanceled(stopped.CancellationToken);
            }
#pragma warning disable CA1031 // Whatever fails belongs to the job that asked for it; the thread goes on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                return () => _result.SetException(failure);
            }
        }

        public override void Cancel() => _result.SetCanceled();
    }
}
