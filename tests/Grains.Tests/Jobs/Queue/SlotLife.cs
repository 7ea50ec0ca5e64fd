using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>
/// A real queue and real slots of two silos, between which calls and reports are delayed, lost, repeated and
/// overtaken as the steps say.
/// </summary>
internal sealed class SlotLife
{
    private const int Capacity = 2;
    private const int CutterCapacity = 1;

    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<SiloAddress> _gone = [];
    private readonly WorkQueue _queue;
    private readonly List<Silo> _silos = [];
    private readonly List<Job> _jobs =
        [.. Enumerable.Range(0, 6).Select(i => new Job(new Guid(i % 3, 1, 1, new byte[8])))];
    private readonly List<SiloCapacity> _reports = [];
    private readonly List<(Silo Silo, WorkSlot Slot, IDisposable Lease)> _running = [];
    private readonly Dictionary<Guid, Guid> _jobOfSlot = [];
    private readonly Dictionary<Guid, SlotState?> _states = [];
    private readonly HashSet<Guid> _spent = [];
    private int _ports;

    public SlotLife()
    {
        _queue = new WorkQueue(new QueueOptions(), _time, _gone.Contains);
        for (var i = 0; i < 2; i++)
        {
            AddSilo();
        }

        _queue.Open();
    }

    public enum Act
    {
        Ask,
        Answer,
        Begin,
        BeginElsewhere,
        Decline,
        End,
        Report,
        Deliver,
        LoseReport,
        LoseSilo,
        Leave,
        BreakOff,
        Pass,
    }

    public Dictionary<string, int> Seen { get; } = [];

    public void Do(Step step)
    {
        var job = _jobs[step.Which % _jobs.Count];
        switch (step.Act)
        {
            case Act.Ask:
                job.Ask(_queue, step.How);
                break;
            case Act.Answer:
                Answer(job);
                break;
            case Act.Begin or Act.BeginElsewhere:
                Begin(job, step.Act == Act.BeginElsewhere);
                break;
            case Act.Decline when job.TakeSlot() is { } slot:
                SiloOf(slot)?.Slots.Decline(slot.SlotId);
                break;
            case Act.End when _running.Count > 0:
                End(step.How % _running.Count);
                break;
            case Act.Report:
                _reports.Add(_silos[step.Which % _silos.Count].Slots.Read().Report);
                break;
            case Act.Deliver when _reports.Count > 0:
                // It stays: it may come again, or after a newer one.
                _queue.Report(_reports[step.How % _reports.Count]);
                break;
            case Act.LoseReport when _reports.Count > 0:
                _reports.RemoveAt(step.How % _reports.Count);
                break;
            case Act.LoseSilo when step.How % 4 == 0:
                LoseSilo(_silos[step.Which % _silos.Count]);
                break;
            case Act.Leave:
                job.Leave(_queue);
                break;
            case Act.BreakOff when job.Call is { } call:
                job.Call = null;
                _queue.BreakOff(job.Request.JobId, call);
                break;
            case Act.Pass:
                Pass(TimeSpan.FromMilliseconds(100 << (step.How % 8)));
                break;
        }
    }

    public void Check()
    {
        foreach (var silo in _silos)
        {
            var here = _running.Where(running => running.Silo == silo).ToList();
            Assert.True(here.Count(running => running.Slot.Kind == WorkKind.Chunk) <= Capacity);
            Assert.True(here.Count(running => running.Slot.Kind == WorkKind.Cutter) <= CutterCapacity);
            Assert.True(_queue.Slots.CountOf(silo.Address, WorkKind.Chunk) <= Capacity);
            Assert.True(_queue.Slots.CountOf(silo.Address, WorkKind.Cutter) <= CutterCapacity);
        }

        var isAnyFree = _queue.View().Silos.Any(silo => silo.Running < silo.Capacity);
        Assert.False(isAnyFree && _jobs.Exists(job => job.WaitsForChunk), "Somebody waits beside free capacity.");
        foreach (var slotId in _jobOfSlot.Keys)
        {
            CheckState(slotId, _queue.Slots.StateOf(slotId));
        }
    }

    /// <summary>Everything ends, is reported and comes to rest: nobody holds anything.</summary>
    public void EndAll()
    {
        while (_running.Count > 0)
        {
            End(0);
        }

        _jobs.ForEach(job => job.Leave(_queue));
        for (var i = 0; i < 11; i++)
        {
            _silos.ForEach(silo => _queue.Report(silo.Slots.Read().Report));
            Pass(TimeSpan.FromSeconds(1));
            Check();
        }

        _silos.ForEach(silo => _queue.Report(silo.Slots.Read().Report));
        Assert.Equal(_silos.Count, _queue.View().Silos.Length);
        Assert.All(_queue.View().Silos, silo => Assert.Equal(0, silo.Running));
        Assert.All(_jobOfSlot.Keys, slotId => Assert.True(_queue.Slots.StateOf(slotId) is null or SlotState.Spent));
    }

    private void Answer(Job job)
    {
        if (job.Call is not { } call)
        {
            return;
        }

        job.Call = null;
        foreach (var slot in _queue.Answer(job.Request.JobId, call).Slots)
        {
            Assert.True(_jobOfSlot.TryAdd(slot.SlotId, job.Request.JobId), "A slot was given twice.");
            Assert.DoesNotContain(slot.Silo, _gone);
            job.Slots.Add(slot);
            Count("delivered");
        }
    }

    private void Begin(Job job, bool isElsewhere)
    {
        if (job.TakeSlot() is not { } slot)
        {
            return;
        }

        var silo = isElsewhere ? _silos.Find(silo => !silo.Address.Equals(slot.Silo)) : SiloOf(slot);
        if (silo?.Slots.TryEnter(slot.SlotId, job.Request.UserId, slot.Kind) is { } lease)
        {
            Assert.Null(silo.Slots.TryEnter(slot.SlotId, job.Request.UserId, slot.Kind));
            _running.Add((silo, slot, lease));
            Count("taken");
        }
        else if (silo is not null)
        {
            Count("refused");
        }
    }

    private void End(int index)
    {
        var (silo, slot, lease) = _running[index];
        _running.RemoveAt(index);
        lease.Dispose();
        Assert.Null(silo.Slots.TryEnter(slot.SlotId, Guid.Empty, slot.Kind));
    }

    private void AddSilo()
    {
        var silo = new Silo(new FakeSilo(++_ports), _time);
        _silos.Add(silo);
        _queue.Report(silo.Slots.Read().Report);
    }

    private void LoseSilo(Silo silo)
    {
        _gone.Add(silo.Address);
        _silos.Remove(silo);
        _running.RemoveAll(running => running.Silo == silo);
        AddSilo();
    }

    private void Pass(TimeSpan span)
    {
        _time.Advance(span);
        _queue.Sweep();
    }

    /// <summary>Forward only, and nothing comes back that was spent.</summary>
    private void CheckState(Guid slotId, SlotState? state)
    {
        var before = _states.TryGetValue(slotId, out var known) ? known : SlotState.Delivered;
        Assert.True(state is null or SlotState.Taken or SlotState.Spent || state == before, $"{before} -> {state}");
        Assert.True(state is null or SlotState.Spent || !_spent.Contains(slotId), $"It was spent and is {state}.");
        if (state != before)
        {
            _states[slotId] = state;
        }

        if (state == SlotState.Spent && _spent.Add(slotId))
        {
            Count("spent");
        }
        else if (state is null && before == SlotState.Delivered)
        {
            Count("expired");
        }
    }

    private Silo? SiloOf(WorkSlot slot) => _silos.Find(silo => silo.Address.Equals(slot.Silo));

    private void Count(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    public readonly record struct Step(Act Act, int Which, int How);

    private sealed class Silo(FakeSilo self, TimeProvider time)
    {
        public SiloAddress Address { get; } = self.SiloAddress;

        public WorkerSlots Slots { get; } = new(
            Options.Create(new JobOptions { MaxChunksPerSilo = Capacity, MaxCuttersPerSilo = CutterCapacity }), self,
            time);
    }

    private sealed class Job(Guid userId)
    {
        public SlotRequest Request { get; private set; } =
            new(Guid.CreateVersion7(), userId, "standard", DateTimeOffset.UnixEpoch, 1, 60_000);

        public TaskCompletionSource? Call { get; set; }

        public List<WorkSlot> Slots { get; } = [];

        public bool WaitsForChunk => Request.Wanted > 0 && Call is { Task.IsCompleted: false };

        public void Ask(WorkQueue queue, int how)
        {
            Request = Request with { Wanted = how % 4, WantsCutter = how % 4 == 0 || how % 5 == 0 };
            Call = queue.Ask(Request);
        }

        public WorkSlot? TakeSlot()
        {
            var slot = Slots.FirstOrDefault();
            return slot is not null && Slots.Remove(slot) ? slot : null;
        }

        public void Leave(WorkQueue queue)
        {
            Call = null;
            queue.Leave(Request.JobId, [.. Slots.Select(slot => slot.SlotId)]);
            Slots.Clear();
        }
    }
}
