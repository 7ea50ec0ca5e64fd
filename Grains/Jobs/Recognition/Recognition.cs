using System.Collections.Immutable;
using Ax2.Jobs.Chunks;
using Microsoft.Extensions.Logging;

namespace Ax2.Jobs;

/// <summary>
/// The cutter and the chunks of one job, as one activation of it drives them: asks the queue for slots, begins work in
/// them, follows each piece by a long poll and stores what comes of it; the cutter may be at work while the job still
/// stands in line for its first chunk. It holds nothing that a crash could lose: a new one asks the pieces how they
/// stand. It lives on its grain's scheduler, so nothing here runs at the same time.
/// </summary>
internal sealed partial class Recognition(
    Guid jobId,
    StoredState<CaptionJobState> job,
    IGrainFactory grains,
    JobOptions options,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan QueueRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);
    private readonly Dictionary<int, WorkPiece> _pieces = [];
    private readonly List<WorkSlot> _slots = [];
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

    private CaptionJobState Job => job.Value;

    public bool IsRunning(int index) => _pieces.TryGetValue(index, out var piece) && piece.IsRunning;

    public long ProcessedMsOf(JobChunk chunk) => chunk.Outcome switch
    {
        ChunkOutcome.Done => chunk.DurationMs,
        ChunkOutcome.Pending when _pieces.TryGetValue(chunk.Index, out var piece) =>
            Math.Min(chunk.DurationMs, piece.ProcessedMs),
        _ => 0,
    };

    /// <summary>
    /// Has the audio cut, and waits for the first place for a chunk, or for the word that there will be none: from then
    /// on the job is at work.
    /// </summary>
    public async Task WaitForSlotAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WorkUntil(() => IsSettled || HasChunkSlot, JoinCutter, cancellationToken);
            // No chunk of this run was begun before: there is none to join, and the slot must not wait.
            _isFresh = true;
        }
        catch
        {
            GiveBackSlots();
            throw;
        }
    }

    /// <summary>Until every chunk has come to its end or the audio cannot be cut; what it heard is stored.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        (_startedAt, _startedAtMs) = (time.GetTimestamp(), ProcessedMs);
        try
        {
            await WorkUntil(() => IsSettled, JoinAll, cancellationToken);
        }
        finally
        {
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

    private bool IsSettled => Job.IsRecognised || Job.CutRefusal is not null;

    private bool HasChunkSlot => _slots.Exists(slot => slot.Kind == WorkKind.Chunk);

    private async Task WorkUntil(
        Func<bool> isOver, Func<CancellationToken, IEnumerable<Task>> join, CancellationToken cancellationToken)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> following = [];
        try
        {
            following.AddRange(join(work.Token));
            while (true)
            {
                await KeepNews();
                if (isOver())
                {
                    return;
                }

                // An ask that is cut off is news too, and what has been heard is never waited for.
                work.Token.ThrowIfCancellationRequested();
                // One reading for the whole turn: a rest that ended between two would be neither used nor waited for.
                var now = time.GetUtcNow();
                following.RemoveAll(task => task.IsCompleted);
                following.AddRange(UseSlots(now, work.Token));
                await Hear(now, work.Token);
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
        }
    }

    /// <summary>A cutter that was begun before is joined: it may be at work, or done.</summary>
    private IEnumerable<Task> JoinCutter(CancellationToken cancellationToken)
    {
        var isBegun = Job.Attempts > 0 || Job.Chunks.Length > 0;
        return isBegun && !Job.IsCutComplete ? [Follow(WorkPiece.Cutter, null, cancellationToken)] : [];
    }

    /// <summary>What a new activation finds at work is joined, and what is done is taken.</summary>
    private IEnumerable<Task> JoinAll(CancellationToken cancellationToken)
    {
        var chunks = _isFresh ? [] : OpenChunks.Select(index => Follow(index, null, cancellationToken)).ToArray();
        _isFresh = false;
        return JoinCutter(cancellationToken).Concat(chunks);
    }

    private List<Task> UseSlots(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Task> begun = [];
        List<int> waiting = [];
        foreach (var index in Wanted().Where(index => IsReady(index, now)))
        {
            if (TakeSlot(WorkPiece.KindOf(index)) is { } slot)
            {
                begun.Add(Follow(index, slot, cancellationToken));
            }
            else
            {
                waiting.Add(index);
            }
        }

        GiveBackSlots();
        if (waiting.Count > 0 && _asking.IsCompleted)
        {
            _asking = AskAlongside(waiting, cancellationToken);
        }

        return begun;
    }

    private WorkSlot? TakeSlot(WorkKind kind)
    {
        var slot = _slots.Find(slot => slot.Kind == kind);
        return slot is not null && _slots.Remove(slot) ? slot : null;
    }

    /// <summary>What there is no work for is for others.</summary>
    private void GiveBackSlots()
    {
        if (_slots.Count > 0)
        {
            _ = grains.GetGrain<IWorkQueueGrain>(0).Leave(jobId, [.. _slots.Select(slot => slot.SlotId)]);
            _slots.Clear();
        }
    }

    /// <summary>The cutter comes first: without it there is nothing to do for anybody.</summary>
    private IEnumerable<int> Wanted() => Job.IsCutComplete ? OpenChunks : OpenChunks.Prepend(WorkPiece.Cutter);

    private IEnumerable<int> OpenChunks => Job.Chunks
        .Where(chunk => chunk is { Outcome: ChunkOutcome.Pending, IsCut: true }).Select(chunk => chunk.Index);

    private bool IsReady(int index, DateTimeOffset now) =>
        !_pieces.TryGetValue(index, out var piece) || (!piece.IsFollowed && piece.NotBefore <= now);

    private async Task AskAsync(List<int> pieces, CancellationToken cancellationToken)
    {
        var wantsCutter = pieces.Contains(WorkPiece.Cutter);
        var request = new SlotRequest(
            jobId, Job.Command!.UserId, Job.Plan, Job.QueuedSince, pieces.Count - (wantsCutter ? 1 : 0),
            Job.OrderedMs - ProcessedMs, wantsCutter);
        try
        {
            var answer = await grains.GetGrain<IWorkQueueGrain>(0).WaitForSlots(request, cancellationToken);
            _slots.AddRange(answer.Slots);
            if (HasChunkSlot || _pieces.Any(piece => piece is { Key: not WorkPiece.Cutter, Value.IsFollowed: true }))
            {
                Place = null;
            }
            else if (answer.Slots.IsEmpty)
            {
                Place = new QueuePlace(answer.Position, answer.EstimatedStartAt, answer.IsPaused);
            }

            Revision++;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogQueueLost(jobId, e);
            await Task.Delay(QueueRetryDelay, time, cancellationToken);
        }
    }

    private async Task AskAlongside(List<int> pieces, CancellationToken cancellationToken)
    {
        await AskAsync(pieces, cancellationToken).ConfigureAwait(
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
                await job.UpdateAsync(Told);
                Revision++;
            }

            CaptionJobState Told(CaptionJobState state) => news.Aggregate(state, (changed, change) => change(changed));
        }
    }

    /// <summary>Until there is news, or a piece that rested may be tried again.</summary>
    private async Task Hear(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var due = _pieces.Values.Where(piece => !piece.IsFollowed && piece.NotBefore > now)
            .Min(piece => (DateTimeOffset?)piece.NotBefore);
        try
        {
            // Waits are counted in whole milliseconds, and one cut short would only look again and again.
            var patience = due is null ? Timeout.InfiniteTimeSpan : due.Value - now + TimeSpan.FromMilliseconds(1);
            await _heard.Task.WaitAsync(patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is due.
        }

        _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
