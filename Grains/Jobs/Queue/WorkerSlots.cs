using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Queue;

/// <summary>
/// The work that this process may do at once: the last word on it, whatever the queue has granted. It is asked from any
/// thread.
/// </summary>
public sealed class WorkerSlots(IOptions<JobOptions> options, TimeProvider time)
{
    /// <summary>Ended slots that the queue was not told of; beyond it the oldest are forgotten.</summary>
    private const int MaxSpent = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Held> _running = [];
    private readonly Queue<Guid> _spent = [];
    private readonly RecentSpeed _speed = new(time);
    private TaskCompletionSource _changed = NewSignal();
    private bool _isDraining;
    private bool _isStopping;

    /// <summary>An operator wants the silo to begin nothing new; the queue's answer to an offer says so.</summary>
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
    /// Takes the slot, or null when there is no room for its kind: the silo is full, drains or stops. Who holds the slot
    /// already gets it again; it is free when every answer is disposed.
    /// </summary>
    /// <param name="isAlone">
    /// A chunk that wants no other beside it: none enters after it, and <see cref="WaitUntilAloneAsync"/> waits for those
    /// that are there.
    /// </param>
    public IDisposable? TryEnter(Guid slotId, Guid userId, WorkKind kind, bool isAlone = false)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(slotId, out var held))
            {
                if (_isDraining || _isStopping || CountOf(kind) >= CapacityFor(kind))
                {
                    Spend(slotId);
                    return null;
                }

                _speed.Advance(IsRecognising);
                held = new Held(userId, kind, isAlone);
                _running.Add(slotId, held);
                Announce();
            }

            held.Holders++;
            return new Place(this, slotId);
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

    /// <summary>The slot is not needed: its work runs already, or is over. The queue may have it back at once.</summary>
    public void Decline(Guid slotId)
    {
        lock (_lock)
        {
            if (!_running.ContainsKey(slotId))
            {
                Spend(slotId);
            }
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
            Announce();
        }
    }

    /// <summary>What the silo has to tell, and the signal of the next change after it.</summary>
    internal (SlotsReport Report, Task Changed) Read()
    {
        lock (_lock)
        {
            _speed.Advance(IsRecognising);
            var running = _running
                .Select(slot => new RunningWork(slot.Key, slot.Value.UserId, slot.Value.Kind)).ToImmutableArray();
            var report = new SlotsReport(
                CapacityFor(WorkKind.Chunk), CapacityFor(WorkKind.Cutter), running, _isStopping, _speed.MsPerSecond,
                [.. _spent]);
            return (report, _changed.Task);
        }
    }

    /// <summary>These ended slots were told to the queue.</summary>
    internal void Forget(ImmutableArray<Guid> spent)
    {
        lock (_lock)
        {
            var told = spent.ToHashSet();
            while (_spent.TryPeek(out var oldest) && told.Contains(oldest))
            {
                _spent.Dequeue();
            }
        }
    }

    private bool IsRecognising => CountOf(WorkKind.Chunk) > 0;

    private int CountOf(WorkKind kind) => _running.Values.Count(held => held.Kind == kind);

    private int CapacityFor(WorkKind kind) =>
        kind == WorkKind.Cutter ? options.Value.MaxCuttersPerSilo
        : _running.Values.Any(held => held.IsAlone) ? CountOf(WorkKind.Chunk)
        : options.Value.MaxChunksPerSilo;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Leave(Guid slotId)
    {
        lock (_lock)
        {
            if (--_running[slotId].Holders == 0)
            {
                _speed.Advance(IsRecognising);
                _running.Remove(slotId);
                Spend(slotId);
            }
        }
    }

    private void Spend(Guid slotId)
    {
        if (_spent.Count == MaxSpent)
        {
            _spent.Dequeue();
        }

        _spent.Enqueue(slotId);
        Announce();
    }

    private void Announce()
    {
        var heard = _changed;
        _changed = NewSignal();
        heard.SetResult();
    }

    private sealed class Held(Guid userId, WorkKind kind, bool isAlone)
    {
        public Guid UserId { get; } = userId;

        public WorkKind Kind { get; } = kind;

        public bool IsAlone { get; } = isAlone;

        public int Holders { get; set; }
    }

    private sealed class Place(WorkerSlots slots, Guid slotId) : IDisposable
    {
        private WorkerSlots? _slots = slots;

        public void Dispose() => Interlocked.Exchange(ref _slots, null)?.Leave(slotId);
    }
}

/// <summary>How the slots of a silo stand: see <see cref="SiloOffer"/>.</summary>
internal sealed record SlotsReport(
    int Capacity,
    int CutterCapacity,
    ImmutableArray<RunningWork> Running,
    bool IsStopping,
    double? RecognisedMsPerSecond,
    ImmutableArray<Guid> Spent);
