using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>
/// Who holds which slot. A slot is granted to a job, delivered with the answer to its call, taken on a silo when its
/// work item begins, and spent when that ends; each only once and in this order. The queue has one table for the
/// cluster, each silo one of its own, which begins with taken. Pure: the time is handed in, as the time since the owner
/// began. One thread at a time.
/// </summary>
internal sealed class SlotTable
{
    /// <summary>
    /// A granted slot that nobody took for so long is free again. A spent one is remembered for the same time: no queue
    /// can hold it as granted any longer, so its silo need not report it any more.
    /// </summary>
    public static readonly TimeSpan GrantTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Guid, HeldSlot> _held = [];
    private readonly Dictionary<Guid, TimeSpan> _spent = [];

    /// <summary>What <see cref="_held"/> says by job, silo and user: thousands of jobs ask at once.</summary>
    private readonly Dictionary<Guid, List<WorkSlot>> _ready = [];
    private readonly Counts<(SiloAddress, WorkKind)> _bySilo = new();
    private readonly Counts<(Guid, WorkKind)> _byUser = new();

    public ImmutableArray<Guid> Spent => [.. _spent.Keys];

    /// <summary>Null for a slot that is not known, or not any more.</summary>
    public SlotState? StateOf(Guid slotId) =>
        _spent.ContainsKey(slotId) ? SlotState.Spent : _held.GetValueOrDefault(slotId)?.State;

    public bool IsTaken(Guid slotId) => StateOf(slotId) == SlotState.Taken;

    /// <summary>The jobs whose next answer brings slots.</summary>
    public IReadOnlyCollection<Guid> ReadyJobs => _ready.Keys;

    /// <summary>The slots that the job's next answer brings.</summary>
    public IReadOnlyList<WorkSlot> ReadyOf(Guid jobId) => _ready.GetValueOrDefault(jobId) ?? [];

    /// <summary>Taken, or granted there.</summary>
    public int CountOf(SiloAddress silo, WorkKind kind) => _bySilo.Of((silo, kind));

    /// <summary>Taken by the user's jobs, or granted to them.</summary>
    public int CountOf(Guid userId, WorkKind kind) => _byUser.Of((userId, kind));

    public ImmutableArray<RunningWork> Running => [.. _held.Values
        .Where(held => held.State == SlotState.Taken)
        .Select(held => new RunningWork(held.Slot.SlotId, held.UserId, held.Slot.Kind))];

    public void Grant(WorkSlot slot, Guid jobId, Guid userId, TimeSpan now) =>
        Put(new HeldSlot(slot, jobId, userId, SlotState.Granted, now));

    public ImmutableArray<WorkSlot> Deliver(Guid jobId)
    {
        ImmutableArray<WorkSlot> ready = [.. ReadyOf(jobId)];
        foreach (var slot in ready)
        {
            Put(_held[slot.SlotId] with { State = SlotState.Delivered });
        }

        return ready;
    }

    /// <summary>False when it was taken or spent before. It need not be known: the silo has the last word.</summary>
    public bool Take(RunningWork work, SiloAddress silo, TimeSpan now)
    {
        if (StateOf(work.SlotId) is SlotState.Taken or SlotState.Spent)
        {
            return false;
        }

        var jobId = _held.GetValueOrDefault(work.SlotId)?.JobId ?? Guid.Empty;
        var slot = new WorkSlot(work.SlotId, silo, work.Kind);
        Put(new HeldSlot(slot, jobId, work.UserId, SlotState.Taken, now));
        return true;
    }

    /// <summary>From any state; again is nothing new.</summary>
    public void Spend(Guid slotId, TimeSpan now)
    {
        Drop(slotId);
        _spent.TryAdd(slotId, now);
    }

    /// <summary>
    /// What the silo says of itself outranks what was granted: what it took and does not run any more is spent, and
    /// grants beyond its capacity, which it would refuse, are withdrawn, the newest first.
    /// </summary>
    public void Report(SiloCapacity report, TimeSpan now)
    {
        var running = report.Running.Select(work => work.SlotId).ToHashSet();
        var ended = _held.Values
            .Where(held => held.State == SlotState.Taken && held.Slot.Silo.Equals(report.Silo))
            .Select(held => held.Slot.SlotId).Where(slotId => !running.Contains(slotId)).ToList();
        foreach (var slotId in ended.Concat(report.Spent.Where(slotId => !IsTaken(slotId))).ToList())
        {
            Spend(slotId, now);
        }

        foreach (var work in report.Running)
        {
            Take(work, report.Silo, now);
        }

        WithdrawSurplus(report.Silo, WorkKind.Chunk, report.Capacity);
        WithdrawSurplus(report.Silo, WorkKind.Cutter, report.CutterCapacity);
    }

    /// <summary>The job leaves: what it was not given yet is free, and what it names and nobody took.</summary>
    public void Return(Guid jobId, IEnumerable<Guid> unused)
    {
        var named = unused.ToHashSet();
        Remove(held => held.JobId == jobId && (held.State == SlotState.Granted
            || (held.State == SlotState.Delivered && named.Contains(held.Slot.SlotId))));
    }

    /// <summary>What is ready for the job beyond what it wants is free. False when that is nothing.</summary>
    public bool ReturnUnwanted(SlotRequest wanted)
    {
        var ready = ReadyOf(wanted.JobId).ToLookup(slot => slot.Kind, slot => slot.SlotId);
        List<Guid> unwanted =
            [.. ready[WorkKind.Chunk].Skip(wanted.Wanted), .. ready[WorkKind.Cutter].Skip(wanted.WantsCutter ? 1 : 0)];
        Return(unwanted);
        return unwanted.Count > 0;
    }

    public void LoseSilo(SiloAddress silo) => Remove(held => held.Slot.Silo.Equals(silo));

    /// <summary>To be called about every second.</summary>
    public void Expire(TimeSpan now)
    {
        Remove(held => held.State != SlotState.Taken && now - held.Since >= GrantTimeout);
        foreach (var (slotId, since) in _spent)
        {
            if (now - since >= GrantTimeout)
            {
                _spent.Remove(slotId);
            }
        }
    }

    private void WithdrawSurplus(SiloAddress silo, WorkKind kind, int capacity)
    {
        var surplus = CountOf(silo, kind) - capacity;
        if (surplus > 0)
        {
            Return([.. _held.Values
                .Where(held => held.IsOn(silo, kind) && held.State != SlotState.Taken)
                .OrderByDescending(held => held.Since).Take(surplus).Select(held => held.Slot.SlotId)]);
        }
    }

    private void Return(IEnumerable<Guid> slots)
    {
        foreach (var slotId in slots)
        {
            Drop(slotId);
        }
    }

    private void Put(HeldSlot held)
    {
        Drop(held.Slot.SlotId);
        _held.Add(held.Slot.SlotId, held);
        Count(held, 1);
        if (held.State == SlotState.Granted)
        {
            if (!_ready.TryGetValue(held.JobId, out var ready))
            {
                _ready.Add(held.JobId, ready = []);
            }

            ready.Add(held.Slot);
        }
    }

    private void Drop(Guid slotId)
    {
        if (!_held.Remove(slotId, out var held))
        {
            return;
        }

        Count(held, -1);
        if (_ready.TryGetValue(held.JobId, out var ready) && ready.Remove(held.Slot) && ready.Count == 0)
        {
            _ready.Remove(held.JobId);
        }
    }

    private void Count(HeldSlot held, int more)
    {
        _bySilo.Add((held.Slot.Silo, held.Slot.Kind), more);
        _byUser.Add((held.UserId, held.Slot.Kind), more);
    }

    private void Remove(Func<HeldSlot, bool> isFree) =>
        Return([.. _held.Values.Where(isFree).Select(held => held.Slot.SlotId)]);

    private sealed record HeldSlot(WorkSlot Slot, Guid JobId, Guid UserId, SlotState State, TimeSpan Since)
    {
        public bool IsOn(SiloAddress silo, WorkKind kind) => Slot.Kind == kind && Slot.Silo.Equals(silo);
    }
}

internal enum SlotState
{
    /// <summary>For a job that has not been answered yet.</summary>
    Granted,
    /// <summary>The job knows it and may begin a work item in it.</summary>
    Delivered,
    /// <summary>A work item runs in it.</summary>
    Taken,
    /// <summary>Its work item ended, or it was declined.</summary>
    Spent,
}
