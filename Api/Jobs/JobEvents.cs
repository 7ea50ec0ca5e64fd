using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Ax2.Jobs;

/// <summary>
/// The jobs that are watched. One loop for each job polls its grain, and all watchers in this process share the
/// answers, so a job with many watchers costs one grain call at a time.
/// </summary>
internal sealed partial class JobEvents(IClusterClient cluster, TimeProvider time, ILogger<JobEvents> logger)
{
    /// <summary>Also the time to the first byte while the job of a dead silo is not found elsewhere yet.</summary>
    internal static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);

    /// <summary>From the beginning of a call that failed to the next one.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<(Guid Workspace, Guid Job), Feed> _feeds = new();

    /// <summary>
    /// The job at each event after <paramref name="afterNumber"/>, beginning with the newest, until it is over; null
    /// when nothing happened for <see cref="KeepAlive"/>. Empty when the workspace has no such job. Throws when the job
    /// cannot be asked for from the start; later that is waited out.
    /// </summary>
    internal async IAsyncEnumerable<JobView?> Watch(
        Guid workspaceId, Guid jobId, long afterNumber, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var feed = Join((workspaceId, jobId));
        var isOpen = false;
        try
        {
            while (true)
            {
                var changed = feed.Changed;
                if (!isOpen && feed.Fault is { } fault)
                {
                    ExceptionDispatchInfo.Throw(fault);
                }

                if (feed.IsUnknown)
                {
                    yield break;
                }

                // Read once in each turn: a completion between two reads would be lost. Its number may be lower than
                // one that a silo published before it knew that it was voted out.
                var latest = feed.Latest;
                if (latest is { } job
                    && (job.EventNumber > afterNumber || (job.IsOver && job.EventNumber != afterNumber)))
                {
                    (afterNumber, isOpen) = (job.EventNumber, true);
                    yield return job;
                }

                if (latest is { IsOver: true })
                {
                    yield break;
                }

                if (!await WaitForChange(changed, cancellationToken))
                {
                    isOpen = true;
                    yield return null;
                }
            }
        }
        finally
        {
            Leave((workspaceId, jobId), feed);
        }
    }

    private async Task<bool> WaitForChange(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(KeepAlive, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private Feed Join((Guid Workspace, Guid Job) key)
    {
        while (true)
        {
            var feed = _feeds.GetOrAdd(key, _ => new Feed());
            if (feed.TryJoin(out var isFirst))
            {
                if (isFirst)
                {
                    _ = Pump(key, feed);
                }

                return feed;
            }

            _feeds.TryRemove(KeyValuePair.Create(key, feed));
        }
    }

    private void Leave((Guid Workspace, Guid Job) key, Feed feed)
    {
        if (feed.Leave())
        {
            _feeds.TryRemove(KeyValuePair.Create(key, feed));
            feed.Dispose();
        }
    }

    private async Task Pump((Guid Workspace, Guid Job) key, Feed feed)
    {
        var grain = cluster.GetGrain<ICaptionJobGrain>(key.Job);
        var isInterrupted = false;
        while (!feed.Ended.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            try
            {
                var job = await grain.WaitForEvent(key.Workspace, feed.BeginCall(), feed.Ended);
                isInterrupted = false;
                if (feed.Publish(job))
                {
                    return;
                }
            }
            catch (OperationCanceledException) when (feed.Ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The silo is gone; the job is activated elsewhere, and the watchers wait for that.
                if (!isInterrupted)
                {
                    LogFeedInterrupted(key.Job, e);
                }

                if (isInterrupted || e is StorageFaultException)
                {
                    feed.Fail(e);
                }

                isInterrupted = true;
                await DelayUntil(begun, RetryDelay);
            }
        }
    }

    /// <summary>A call that was rejected at once is not repeated at once; one that ran out of time is.</summary>
    private async Task DelayUntil(long since, TimeSpan delay)
    {
        if (delay - time.GetElapsedTime(since) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, CancellationToken.None);
        }
    }

    [LoggerMessage(3001, LogLevel.Warning, "The events of job {JobId} are interrupted; asking again.")]
    private partial void LogFeedInterrupted(Guid jobId, Exception exception);

    /// <summary>What is known of one job, and how many watch it.</summary>
    private sealed class Feed : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly CancellationTokenSource _ended = new();
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _watchers;
        private bool _isClosed;

        /// <summary>Whether somebody joined after the present call was made.</summary>
        private bool _hasJoined;

        internal Feed() => Ended = _ended.Token;

        internal JobView? Latest { get; private set; }

        internal bool IsUnknown { get; private set; }

        /// <summary>Why nothing is known of the job yet; null once something is.</summary>
        internal Exception? Fault { get; private set; }

        internal CancellationToken Ended { get; }

        internal Task Changed
        {
            get
            {
                lock (_lock)
                {
                    return _changed.Task;
                }
            }
        }

        /// <summary>False when the feed is closed: whoever comes now asks the grain anew.</summary>
        internal bool TryJoin(out bool isFirst)
        {
            lock (_lock)
            {
                isFirst = _watchers == 0;
                if (_isClosed)
                {
                    return false;
                }

                _watchers++;
                _hasJoined = true;
                return true;
            }
        }

        /// <summary>The event to ask after. The first call does not wait: -1 is before every event.</summary>
        internal long BeginCall()
        {
            lock (_lock)
            {
                _hasJoined = false;
                return Latest?.EventNumber ?? -1;
            }
        }

        /// <summary>True when that was the last one; the feed is closed then.</summary>
        internal bool Leave()
        {
            lock (_lock)
            {
                if (--_watchers > 0)
                {
                    return false;
                }

                _isClosed = true;
                _ended.Cancel();
                return true;
            }
        }

        public void Dispose() => _ended.Dispose();

        /// <summary>
        /// True when it was an end; the feed is closed then. A retry may follow an end, so it is not the answer for who
        /// joined after the call was made: the grain is asked again.
        /// </summary>
        internal bool Publish(JobView? job)
        {
            lock (_lock)
            {
                var isEnd = job is null or { IsOver: true };
                if (isEnd && _hasJoined)
                {
                    return false;
                }

                _isClosed |= isEnd;
                IsUnknown = job is null;
                var isNew = isEnd || Latest is null || job!.EventNumber > Latest.EventNumber;
                (Latest, Fault) = (job, null);
                if (isNew)
                {
                    Change();
                }

                return isEnd;
            }
        }

        internal void Fail(Exception fault)
        {
            lock (_lock)
            {
                if (Latest is null)
                {
                    Fault = fault;
                    Change();
                }
            }
        }

        private void Change()
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
