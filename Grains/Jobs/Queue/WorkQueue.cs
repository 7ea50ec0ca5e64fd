using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>
/// What the work queue knows: which jobs wait, which slots they hold and what is free. One thread at a time. Whatever
/// makes a difference grants what is free at once, by <see cref="FairQueue"/>: first the slots for chunks, then those
/// for cutters. Files are cut ahead of their turn, so that no slot for a chunk ever waits for a decoder; but decoded
/// audio takes storage, so a user has no more files ahead than the cluster has capacity for chunks.
/// </summary>
/// <param name="isGone">The cluster's word on a silo: its death is known sooner than its silence says it.</param>
internal sealed class WorkQueue(QueueOptions options, TimeProvider time, Func<SiloAddress, bool> isGone)
{
    /// <summary>A job that was just answered asks again at once: until then it keeps its turn.</summary>
    private static readonly TimeSpan CallGap = TimeSpan.FromSeconds(1);

    /// <summary>A forecast serves all askers for so long: there may be thousands in a second.</summary>
    private static readonly TimeSpan ForecastLife = TimeSpan.FromSeconds(1);

    private readonly long _startedAt = time.GetTimestamp();
    private readonly FairQueue _fair = new(options);
    private readonly Dictionary<Guid, WaitingJob> _waiting = [];

    /// <summary>Of each user, the jobs in <see cref="_waiting"/> whose request wants slots for chunks.</summary>
    private readonly Counts<Guid> _wantingChunks = new();
    private readonly ClusterCapacity _capacity = new(isGone);
    private readonly DecayedUsage _usage = new();
    private (QueueForecast Forecast, TimeSpan At)? _forecast;

    /// <summary>A queue that has just come to life does not know yet what runs, and grants nothing.</summary>
    public bool IsOpen { get; private set; }

    public bool IsPaused { get; private set; }

    internal SlotTable Slots { get; } = new();

    private TimeSpan Now => time.GetElapsedTime(_startedAt);

    public void Open()
    {
        IsOpen = true;
        GrantFree();
    }

    public void Set(bool isPaused, IEnumerable<string> draining)
    {
        IsPaused = isPaused;
        _capacity.Draining = [.. draining];
        GrantFree();
    }

    /// <summary>The call completes when there is something for the job; <see cref="Answer"/> then says what.</summary>
    public TaskCompletionSource Ask(SlotRequest request)
    {
        if (_waiting.TryGetValue(request.JobId, out var job))
        {
            CountWanting(job, -1);
        }
        else
        {
            _waiting.Add(request.JobId, job = new WaitingJob(request));
        }

        var call = job.Ask(request);
        CountWanting(job, 1);
        var isFreed = Slots.ReturnUnwanted(job.Request);
        var ready = Slots.ReadyOf(request.JobId);
        if (ready.Count > 0)
        {
            job.Notify();
        }

        // The others have had their chance of all that was free already.
        if (isFreed || MayBeGranted(job.Less(ready)))
        {
            GrantFree();
        }

        return call;
    }

    public SlotAnswer Answer(Guid jobId, TaskCompletionSource call)
    {
        if (!_waiting.TryGetValue(jobId, out var job))
        {
            return new SlotAnswer([], 0, null, IsPaused);
        }

        ImmutableArray<WorkSlot> slots = [];
        if (job.IsLatest(call))
        {
            slots = Slots.Deliver(jobId);
            CountWanting(job, -1);
            job.EndCall(slots, Now);
            CountWanting(job, 1);
        }

        if (slots.Length == 0)
        {
            return Forecast(jobId);
        }

        if (!job.WantsMore)
        {
            _waiting.Remove(jobId);
        }

        return new SlotAnswer(slots, 0, time.GetUtcNow(), IsPaused);
    }

    /// <summary>The caller is gone, and who knows whether its job still lives: it left until it asks again.</summary>
    public void BreakOff(Guid jobId, TaskCompletionSource call)
    {
        if (_waiting.TryGetValue(jobId, out var job) && job.IsLatest(call))
        {
            Leave(jobId);
        }
    }

    public void Leave(Guid jobId, params IEnumerable<Guid> unusedSlots)
    {
        Remove(jobId, unusedSlots);
        GrantFree();
    }

    /// <summary>Answers whether the silo should drain.</summary>
    public bool Report(SiloCapacity report)
    {
        if (_capacity.Report(report, Now))
        {
            Slots.Report(report, Now);
            GrantFree();
        }

        return _capacity.Draining.Contains(report.SiloName);
    }

    public bool HasReported(SiloAddress silo) => _capacity.HasReported(silo);

    /// <summary>To be called about every second: what was not taken is free, and who does not ask has left.</summary>
    public void Sweep()
    {
        _usage.Decay();
        Slots.Expire(Now);
        foreach (var (jobId, job) in _waiting)
        {
            if (Now - job.CallEndedAt >= SlotTable.GrantTimeout)
            {
                Remove(jobId, []);
            }
        }

        GrantFree();
    }

    public QueueView View() => new(
        IsPaused,
        [.. _capacity.Silos.OrderBy(silo => silo.SiloName, StringComparer.Ordinal).Select(silo => new QueueSilo(
            silo.SiloName, silo.Capacity, Slots.CountOf(silo.Silo, WorkKind.Chunk), !_capacity.TakesWork(silo)))],
        _waiting.Count,
        _waiting.Values.Select(job => job.Request.UserId).Distinct().Count());

    private void Remove(Guid jobId, IEnumerable<Guid> unusedSlots)
    {
        if (_waiting.Remove(jobId, out var job))
        {
            CountWanting(job, -1);
            job.Notify();
        }

        Slots.Return(jobId, unusedSlots);
    }

    private void GrantFree()
    {
        _capacity.TakeLost(Now).ForEach(Slots.LoseSilo);
        if (!IsPaused && IsOpen)
        {
            GrantFree(WorkKind.Chunk);
            GrantFree(WorkKind.Cutter);
        }
    }

    private void GrantFree(WorkKind kind)
    {
        var free = _capacity.Free(kind, Slots);
        if (free.Count == 0)
        {
            return;
        }

        var reachable = Reachable(kind).ToList();
        foreach (var grant in _fair.Share(reachable, free, UsagesOf(reachable, kind), CapOf(kind)))
        {
            var slot = new WorkSlot(Guid.CreateVersion7(), grant.Silo, kind);
            Slots.Grant(slot, grant.JobId, grant.UserId, Now);
            if (kind == WorkKind.Chunk)
            {
                _usage.Add(grant.UserId);
            }

            _waiting[grant.JobId].Notify();
        }
    }

    /// <summary>Thousands ask while nothing is free: this must not walk over all that wait.</summary>
    private bool MayBeGranted(SlotRequest left)
    {
        return (left.Wanted > 0 && MayHaveMore(WorkKind.Chunk)) || (left.WantsCutter && MayHaveMore(WorkKind.Cutter));

        bool MayHaveMore(WorkKind kind) => _capacity.Free(kind, Slots).Count > 0
            && FairQueue.MayHaveMore(UsageOf(left.UserId, kind), CapOf(kind));
    }

    /// <summary>What is still wanted of this kind by jobs whom a grant would reach.</summary>
    private IEnumerable<SlotRequest> Reachable(WorkKind kind)
    {
        var left = Left(_waiting.Values.Where(job => job.CallEndedAt is null || Now - job.CallEndedAt < CallGap));
        return kind == WorkKind.Chunk
            ? left.Where(request => request.Wanted > 0)
            : left.Where(request => request.WantsCutter).Select(request => request with { Wanted = 1 });
    }

    /// <summary>What the jobs want beyond what is ready for them.</summary>
    private IEnumerable<SlotRequest> Left(IEnumerable<WaitingJob> jobs) => jobs.Select(Left);

    private SlotRequest Left(WaitingJob job) => job.Less(Slots.ReadyOf(job.Request.JobId));

    private Dictionary<Guid, UserUsage> UsagesOf(IEnumerable<SlotRequest> requests, WorkKind kind) =>
        requests.Select(request => request.UserId).Distinct().ToDictionary(user => user, user => UsageOf(user, kind));

    /// <summary>Of the files, what is being cut counts, and what is cut and waits.</summary>
    private UserUsage UsageOf(Guid userId, WorkKind kind)
    {
        var running = Slots.CountOf(userId, kind);
        if (kind == WorkKind.Cutter)
        {
            running += _wantingChunks.Of(userId) - Slots.ReadyJobs.Count(HasAllChunksReady);
        }

        return new UserUsage(running, _usage.Of(userId));

        bool HasAllChunksReady(Guid jobId) => _waiting.TryGetValue(jobId, out var job)
            && job.Request.UserId == userId && job.Request.Wanted > 0 && Left(job).Wanted <= 0;
    }

    /// <summary>To be called before and after each change of the job's request.</summary>
    private void CountWanting(WaitingJob job, int more)
    {
        if (job.Request.Wanted > 0)
        {
            _wantingChunks.Add(job.Request.UserId, more);
        }
    }

    private int CapOf(WorkKind kind)
    {
        var capacity = Math.Max(1, _capacity.Open.Sum(silo => silo.Capacity));
        return kind == WorkKind.Chunk ? options.MaxRunningPerUser
            : options.MaxRunningPerUser == 0 ? capacity
            : Math.Min(capacity, options.MaxRunningPerUser);
    }

    private SlotAnswer Forecast(Guid jobId)
    {
        if (_forecast is null || Now - _forecast.Value.At >= ForecastLife)
        {
            var left = Left(_waiting.Values).ToList();
            var inOrder = _fair.InOrder(left, UsagesOf(left, WorkKind.Chunk));
            _forecast = (new QueueForecast(inOrder), Now);
        }

        var forecast = _forecast.Value.Forecast;
        DateTimeOffset? startAt = !IsPaused && _capacity.SpeedMsPerSecond is { } speed
            ? time.GetUtcNow() + forecast.WaitOf(jobId, speed)
            : null;
        return new SlotAnswer([], forecast.PositionOf(jobId), startAt, IsPaused);
    }
}
