using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>What the silos last reported of themselves. The time is handed in.</summary>
/// <param name="isGone">The cluster's word on a silo: its death is known sooner than its silence says it.</param>
internal sealed class ClusterCapacity(Func<SiloAddress, bool> isGone)
{
    /// <summary>A silo reports every second; one that is silent for so long is given nothing.</summary>
    private static readonly TimeSpan SiloTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A silent silo stays, so that no report older than its last one counts.</summary>
    private readonly Dictionary<SiloAddress, (SiloCapacity Report, TimeSpan At, bool IsSilent)> _silos = [];

    public ImmutableHashSet<string> Draining { get; set; } = [];

    public IEnumerable<SiloCapacity> Silos =>
        _silos.Values.Where(silo => !silo.IsSilent).Select(silo => silo.Report);

    /// <summary>Those that are given work.</summary>
    public IEnumerable<SiloCapacity> Open => Silos.Where(TakesWork);

    /// <summary>The audio that the open silos recognise in a second; null while the speed of none is known.</summary>
    public double? SpeedMsPerSecond
    {
        get
        {
            var working = Open.Where(silo => silo.Capacity > 0).ToList();
            var known = working.Where(silo => silo.RecognisedMsPerSecond > 0).ToList();
            // A silo whose speed is not known yet is taken for an average one.
            return known.Count == 0
                ? null
                : known.Average(silo => silo.RecognisedMsPerSecond!.Value) * working.Count;
        }
    }

    /// <summary>False for a report that a newer one has overtaken, and for one of a dead silo.</summary>
    public bool Report(SiloCapacity report, TimeSpan now)
    {
        if (isGone(report.Silo)
            || (_silos.TryGetValue(report.Silo, out var last) && report.Number < last.Report.Number))
        {
            return false;
        }

        _silos[report.Silo] = (report, now, false);
        return true;
    }

    public bool HasReported(SiloAddress silo) => _silos.ContainsKey(silo);

    /// <summary>The silos that have died or fallen silent since the last call.</summary>
    public List<SiloAddress> TakeLost(TimeSpan now)
    {
        List<SiloAddress> lost = [];
        foreach (var (silo, (report, at, isSilent)) in _silos)
        {
            if (isGone(silo))
            {
                _silos.Remove(silo);
                lost.Add(silo);
            }
            else if (!isSilent && now - at >= SiloTimeout)
            {
                _silos[silo] = (report, at, true);
                lost.Add(silo);
            }
        }

        return lost;
    }

    /// <summary>The silos with free capacity for this kind of work.</summary>
    public List<FreeCapacity> Free(WorkKind kind, SlotTable slots) => [.. Open
        .Select(silo => new FreeCapacity(silo.Silo, CapacityOf(silo, kind) - slots.CountOf(silo.Silo, kind)))
        .Where(silo => silo.Free > 0)];

    public bool TakesWork(SiloCapacity silo) => !silo.IsStopping && !Draining.Contains(silo.SiloName);

    private static int CapacityOf(SiloCapacity silo, WorkKind kind) =>
        kind == WorkKind.Chunk ? silo.Capacity : silo.CutterCapacity;
}
