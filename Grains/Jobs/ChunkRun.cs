using System.Collections.Immutable;
using Ax2.Jobs.Chunks;
using Microsoft.Extensions.Logging;

namespace Ax2.Jobs;

/// <summary>
/// The cutter and the chunks of one job, as one activation of it drives them: asks the queue for slots, begins work in
/// them, follows each piece by a long poll and stores what comes of it. It holds nothing that a crash could lose: a new
/// one asks the pieces how they stand. It lives on its grain's scheduler, so nothing here runs at the same time.
/// </summary>
internal sealed partial class ChunkRun(
    IJobRecord job, IGrainFactory grains, JobOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan QueueRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);
    private readonly Dictionary<int, WorkPiece> _pieces = [];
    private readonly Queue<WorkSlot> _slots = [];
    private readonly List<Func<CaptionJobState, CaptionJobState>> _news = [];
    private TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _asking = Task.CompletedTask;
    private bool _isFresh;
    private long _startedAt;
    private long _startedAtMs;

    /// <summary>Where the job stands in line; null when it does not.</summary>
    public QueuePlace? Place { get; private set; }

    /// <summary>Grows with everything that a watcher should see.</summary>
    public int Revision { get; private set; }

    /// <summary>Recognised in all, what runs included.</summary>
    public long ProcessedMs => Math.Min(
        Job.OrderedMs, Job.Chunks.Sum(chunk => ProcessedMsOf(chunk)));

    /// <summary>Audio in a second, since this activation works on it; null while nothing came of it.</summary>
    public double? SpeedMsPerSecond
    {
        get
        {
            var doneMs = ProcessedMs - _startedAtMs;
            var seconds = time.GetElapsedTime(_startedAt).TotalSeconds;
            return _startedAt > 0 && doneMs > 0 && seconds > 0 ? doneMs / seconds : null;
        }
    }

    private CaptionJobState Job => job.State;

    public bool IsRunning(int index) => _pieces.TryGetValue(index, out var piece) && piece.IsRunning;

    public long ProcessedMsOf(JobChunk chunk) => chunk.Outcome switch
    {
        ChunkOutcome.Done => chunk.DurationMs,
        ChunkOutcome.Pending when _pieces.TryGetValue(chunk.Index, out var piece) =>
            Math.Min(chunk.DurationMs, piece.ProcessedMs),
        _ => 0,
    };

    /// <summary>Waits for the first slot: from then on the job is at work.</summary>
    public async Task StandInLineAsync(CancellationToken cancellationToken)
    {
        while (_slots.Count == 0)
        {
            await AskAsync(1, cancellationToken);
        }

        // Nothing of this run was begun before: there is nothing to join, and the slot must not wait.
        _isFresh = true;
    }

    /// <summary>Until every chunk has come to its end or the audio cannot be cut; what it heard is stored.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        (_startedAt, _startedAtMs) = (time.GetTimestamp(), ProcessedMs);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> following = [];
        try
        {
            following.AddRange(JoinAll(work.Token));
            _isFresh = false;
            while (true)
            {
                await KeepNews();
                if (Job.IsRecognised || Job.CutRefusal is not null)
                {
                    return;
                }

                following.RemoveAll(task => task.IsCompleted);
                following.AddRange(UseSlots(work.Token));
                await Hear(work.Token);
            }
        }
        finally
        {
            await work.CancelAsync();
            Place = null;
            // A call that does not come back is left behind: it finds nothing to change any more.
            await Task.WhenAll([.. following, _asking]).WaitAsync(StopPatience, time, CancellationToken.None)
                .ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            GiveBackSlots();
        }
    }

    /// <summary>Ends what runs, and takes what was finished up to now.</summary>
    public async Task StopAsync()
    {
        var open = Job.Chunks.Where(chunk => chunk.Outcome == ChunkOutcome.Pending).ToArray();
        await Task.WhenAll(open.Select(StopChunk).Append(Job.IsCutComplete ? Task.CompletedTask : StopCutter()));
        await KeepNews();
    }

    /// <summary>What a new activation finds at work is joined, and what is done is taken.</summary>
    private Task[] JoinAll(CancellationToken cancellationToken)
    {
        return _isFresh ? [] : [.. Wanted().Select(index => Follow(index, null, cancellationToken))];
    }

    private Task[] UseSlots(CancellationToken cancellationToken)
    {
        var ready = Wanted().Where(IsReady).ToArray();
        var begun = ready.Take(_slots.Count)
            .Select(index => Follow(index, _slots.Dequeue(), cancellationToken)).ToArray();
        GiveBackSlots();
        if (ready.Length > begun.Length && _asking.IsCompleted)
        {
            _asking = AskAlongside(ready.Length - begun.Length, cancellationToken);
        }

        return begun;
    }

    /// <summary>What there is no work for is for others.</summary>
    private void GiveBackSlots()
    {
        if (_slots.Count > 0)
        {
            _ = grains.GetGrain<IWorkQueueGrain>(0).Leave(job.JobId, [.. _slots.Select(slot => slot.SlotId)]);
            _slots.Clear();
        }
    }

    /// <summary>The cutter comes first: without it there is nothing to do for anybody.</summary>
    private IEnumerable<int> Wanted()
    {
        var chunks = Job.Chunks
            .Where(chunk => chunk is { Outcome: ChunkOutcome.Pending, IsCut: true }).Select(chunk => chunk.Index);
        return Job.IsCutComplete ? chunks : chunks.Prepend(WorkPiece.Cutter);
    }

    private bool IsReady(int index) =>
        !_pieces.TryGetValue(index, out var piece) || (!piece.IsFollowed && piece.NotBefore <= time.GetUtcNow());

    private async Task AskAsync(int wanted, CancellationToken cancellationToken)
    {
        var request = new SlotRequest(
            job.JobId, Job.Command!.UserId, Job.Plan, Job.QueuedSince, wanted, Job.OrderedMs - ProcessedMs);
        try
        {
            var answer = await grains.GetGrain<IWorkQueueGrain>(0).WaitForSlots(request, cancellationToken);
            foreach (var slot in answer.Slots)
            {
                _slots.Enqueue(slot);
            }

            var isWaiting = answer.Slots.IsEmpty && !_pieces.Values.Any(piece => piece.IsFollowed);
            Place = isWaiting ? new QueuePlace(answer.Position, answer.EstimatedStartAt, answer.IsPaused) : null;
            Revision++;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogQueueLost(job.JobId, e);
            await Task.Delay(QueueRetryDelay, time, cancellationToken);
        }
    }

    private async Task AskAlongside(int wanted, CancellationToken cancellationToken)
    {
        await AskAsync(wanted, cancellationToken).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Signal();
    }

    private void Signal()
    {
        Revision++;
        _heard.TrySetResult();
    }

    /// <summary>
    /// Stores what was heard, all that there is in one write. What is heard meanwhile is stored too: until then a piece
    /// that has ended looks undone, and a slot would be asked for that nobody takes.
    /// </summary>
    private async Task KeepNews()
    {
        while (_news.Count > 0)
        {
            Func<CaptionJobState, CaptionJobState>[] news = [.. _news];
            _news.Clear();
            if (Told(Job) != Job)
            {
                await job.Save(Told);
                Revision++;
            }

            CaptionJobState Told(CaptionJobState state) => news.Aggregate(state, (changed, change) => change(changed));
        }
    }

    /// <summary>Until there is news, or a piece that rested may be tried again.</summary>
    private async Task Hear(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = _pieces.Values.Where(piece => !piece.IsFollowed && piece.NotBefore > now)
            .Min(piece => (DateTimeOffset?)piece.NotBefore);
        try
        {
            var patience = due is null ? Timeout.InfiniteTimeSpan : due.Value - now;
            await _heard.Task.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is due.
        }

        _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
