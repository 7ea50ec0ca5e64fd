using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Queue;

/// <summary>
/// The slots of this silo: the last word on its capacity, whatever the queue has granted. It is asked from any thread.
/// </summary>
public sealed class WorkerSlots(IOptions<JobOptions> options, ILocalSiloDetails self, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SlotTable _slots = new();

    /// <summary>Those of <see cref="_slots"/> that take no other chunk beside them.</summary>
    private readonly HashSet<Guid> _alone = [];
    private readonly RecentSpeed _speed = new(time);
    private readonly long _startedAt = time.GetTimestamp();
    private TaskCompletionSource _changed = NewSignal();
    private long _reports;
    private bool _isDraining;
    private bool _isStopping;

    /// <summary>An operator wants the silo to begin nothing new; the queue's answer to a report says so.</summary>
    public bool IsDraining
    {
        get
        {
            lock (_lock)
            {
                return _isDraining;
            }
        }

        set
        {
            lock (_lock)
            {
                _isDraining = value;
            }
        }
    }

    /// <summary>
    /// Takes the slot until the answer is disposed. Null when there is no capacity for its kind (the silo is full,
    /// drains or stops), or when the slot was taken before: it is good once.
    /// </summary>
    /// <param name="isAlone">
    /// A chunk that wants no other beside it: none enters after it, and <see cref="WaitUntilAloneAsync"/> waits for
    /// those that are there.
    /// </param>
    public IDisposable? TryEnter(Guid slotId, Guid userId, WorkKind kind, bool isAlone = false)
    {
        lock (_lock)
        {
            var isOpen = !_isDraining && !_isStopping && CountOf(kind) < CapacityFor(kind);
            _speed.Advance(IsRecognising);
            if (!isOpen || !_slots.Take(new RunningWork(slotId, userId, kind), self.SiloAddress, Now))
            {
                DeclineUntaken(slotId);
                return null;
            }

            if (isAlone)
            {
                _alone.Add(slotId);
            }

            NotifyChanged();
            return new Lease(this, slotId);
        }
    }

    /// <summary>Until no other chunk runs here. To be asked by one that entered to be alone.</summary>
    public async Task WaitUntilAloneAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (CountOf(WorkKind.Chunk) <= 1)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The slot is not needed: its work runs already, or is over. It is free for others at once.</summary>
    public void Decline(Guid slotId)
    {
        lock (_lock)
        {
            DeclineUntaken(slotId);
        }
    }

    /// <summary>So much audio was recognised since the last call: it makes the silo's speed.</summary>
    public void AddRecognised(long audioMs)
    {
        lock (_lock)
        {
            _speed.Advance(IsRecognising);
            _speed.Add(audioMs);
        }
    }

    /// <summary>From now on nothing new begins here.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopping = true;
            NotifyChanged();
        }
    }

    /// <summary>What the silo has to report, and the signal of the next change after it.</summary>
    internal (SiloCapacity Report, Task Changed) Read()
    {
        lock (_lock)
        {
            _slots.Expire(Now);
            _speed.Advance(IsRecognising);
            var report = new SiloCapacity(
                self.SiloAddress, self.Name, CapacityFor(WorkKind.Chunk), CapacityFor(WorkKind.Cutter), _slots.Running,
                _isStopping, _speed.MsPerSecond, _slots.Spent, ++_reports);
            return (report, _changed.Task);
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_startedAt);

    private bool IsRecognising => CountOf(WorkKind.Chunk) > 0;

    private int CountOf(WorkKind kind) => _slots.CountOf(self.SiloAddress, kind);

    private int CapacityFor(WorkKind kind) =>
        kind == WorkKind.Cutter ? options.Value.MaxCuttersPerSilo
        : _alone.Count > 0 ? CountOf(WorkKind.Chunk)
        : options.Value.MaxChunksPerSilo;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void DeclineUntaken(Guid slotId)
    {
        if (!_slots.IsTaken(slotId))
        {
            _slots.Spend(slotId, Now);
            NotifyChanged();
        }
    }

    private void Leave(Guid slotId)
    {
        lock (_lock)
        {
            _speed.Advance(IsRecognising);
            _alone.Remove(slotId);
            _slots.Spend(slotId, Now);
            NotifyChanged();
        }
    }

    private void NotifyChanged()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private sealed class Lease(WorkerSlots slots, Guid slotId) : IDisposable
    {
        private WorkerSlots? _slots = slots;

        public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Leave(slotId);
    }
}
