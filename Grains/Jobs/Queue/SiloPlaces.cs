using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>
/// The places for work in the cluster: what the silos told of theirs, and what was granted there but not yet seen to
/// run. A grant counts as running on its silo and for its user until an offer tells of it.
/// </summary>
/// <param name="isGone">The cluster's word on a silo: its death is known sooner than its silence tells.</param>
internal sealed class SiloPlaces(TimeProvider time, Func<SiloAddress, bool> isGone)
{
    private static readonly TimeSpan SiloPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan GrantLife = TimeSpan.FromSeconds(10);

    private readonly Dictionary<SiloAddress, (SiloOffer Offer, long At)> _silos = [];
    private readonly Dictionary<Guid, (QueueGrant Grant, WorkSlot Slot, long At)> _unseen = [];

    public ImmutableHashSet<string> Draining { get; set; } = [];

    public IEnumerable<SiloOffer> Offers => _silos.Values.Select(silo => silo.Offer);

    /// <summary>Those that are given work.</summary>
    public IEnumerable<SiloOffer> Open => Offers.Where(TakesWork);

    public void Take(SiloOffer offer)
    {
        _silos[offer.Silo] = (offer, time.GetTimestamp());
        Forget(offer.Running.Select(work => work.SlotId).Concat(offer.Spent));
    }

    public bool HasOffered(SiloAddress silo) => _silos.ContainsKey(silo);

    public WorkSlot Grant(QueueGrant grant, WorkKind kind)
    {
        var slot = new WorkSlot(Guid.CreateVersion7(), grant.Silo, kind);
        _unseen.Add(slot.SlotId, (grant, slot, time.GetTimestamp()));
        return slot;
    }

    public void Forget(IEnumerable<Guid> slots)
    {
        foreach (var slotId in slots)
        {
            _unseen.Remove(slotId);
        }
    }

    /// <summary>Forgets the grants that nobody took, and answers them.</summary>
    public List<(Guid JobId, Guid SlotId)> ForgetUntaken() =>
        ForgetWhere(unseen => time.GetElapsedTime(unseen.At) >= GrantLife);

    /// <summary>Forgets the silos that died or fell silent, and answers the grants that are lost with them.</summary>
    public List<(Guid JobId, Guid SlotId)> ForgetLostSilos()
    {
        List<(Guid, Guid)> lost = [];
        foreach (var (silo, (_, at)) in _silos)
        {
            if (time.GetElapsedTime(at) >= SiloPatience || isGone(silo))
            {
                _silos.Remove(silo);
                lost.AddRange(ForgetWhere(unseen => unseen.Grant.Silo.Equals(silo)));
            }
        }

        return lost;
    }

    /// <summary>The silos with a place for this kind of work.</summary>
    public List<SiloRoom> Rooms(WorkKind kind) => [.. Open
        .Select(offer => new SiloRoom(offer.Silo, CapacityOf(offer, kind) - Taken(offer, kind)))
        .Where(room => room.Free > 0)];

    public int Taken(SiloOffer offer, WorkKind kind) => offer.Running.Count(work => work.Kind == kind)
        + _unseen.Values.Count(unseen => unseen.Slot.Kind == kind && unseen.Grant.Silo.Equals(offer.Silo));

    /// <summary>One for each piece of work of this kind that runs or was granted.</summary>
    public IEnumerable<Guid> UsersOf(WorkKind kind) =>
        _silos.Values.SelectMany(silo => silo.Offer.Running).Where(work => work.Kind == kind)
            .Select(work => work.UserId)
            .Concat(_unseen.Values.Where(unseen => unseen.Slot.Kind == kind).Select(unseen => unseen.Grant.UserId));

    public bool TakesWork(SiloOffer offer) => !offer.IsStopping && !Draining.Contains(offer.SiloName);

    private static int CapacityOf(SiloOffer offer, WorkKind kind) =>
        kind == WorkKind.Chunk ? offer.Capacity : offer.CutterCapacity;

    private List<(Guid JobId, Guid SlotId)> ForgetWhere(Func<(QueueGrant Grant, WorkSlot Slot, long At), bool> isLost)
    {
        List<(Guid, Guid)> lost = [];
        foreach (var (slotId, unseen) in _unseen)
        {
            if (isLost(unseen))
            {
                _unseen.Remove(slotId);
                lost.Add((unseen.Grant.JobId, slotId));
            }
        }

        return lost;
    }
}
