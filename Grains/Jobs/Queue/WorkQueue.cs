using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>
/// What the work queue knows: who waits, what the silos told, and what was granted but not yet seen to run. One thread
/// at a time. Whatever makes a difference shares the free places at once, by <see cref="FairQueue"/>.
/// </summary>
/// <param name="isGone">The cluster's word on a silo: its death is known sooner than its silence tells.</param>
internal sealed class WorkQueue(QueueOptions options, TimeProvider time, Func<SiloAddress, bool> isGone)
{
    /// <summary>How much a place that was given counts a second later: half after about ten minutes.</summary>
    private const double KeptEachSecond = 0.999;
    private const double LeastOfLate = 0.01;

    private static readonly TimeSpan SiloPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TicketLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GrantLife = TimeSpan.FromSeconds(10);

    /// <summary>A job that was just answered asks again at once: until then it keeps its turn.</summary>
    private static readonly TimeSpan CallGap = TimeSpan.FromSeconds(1);

    /// <summary>A reckoned line serves all askers for so long: there may be thousands in a second.</summary>
    private static readonly TimeSpan LineLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarthestStart = TimeSpan.FromDays(30);

    private readonly FairQueue _fair = new(options);
    private readonly Dictionary<Guid, QueueTicket> _tickets = [];
    private readonly Dictionary<SiloAddress, (SiloOffer Offer, long At)> _silos = [];

    /// <summary>By slot. Each counts as running on its silo and for its user until an offer tells of it.</summary>
    private readonly Dictionary<Guid, (QueueGrant Grant, long At)> _unseen = [];

    /// <summary>Places given, by user. A new activation has forgotten them, which only ties can tell.</summary>
    private readonly Dictionary<Guid, double> _givenOfLate = [];
    private Dictionary<Guid, (int Position, long AheadMs)> _line = [];
    private long? _lineAt;

    /// <summary>A queue that has just come to life does not know yet what runs, and gives nothing.</summary>
    public bool IsOpen { get; private set; }

    public bool IsPaused { get; private set; }

    public ImmutableHashSet<string> Draining { get; private set; } = [];

    public void Open()
    {
        IsOpen = true;
        Share();
    }

    public void Set(bool isPaused, IEnumerable<string> draining)
    {
        IsPaused = isPaused;
        Draining = [.. draining];
        Share();
    }

    /// <summary>The answer is complete when the job was given something; <see cref="Answer"/> then says what.</summary>
    public TaskCompletionSource Ask(SlotRequest request)
    {
        var call = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_tickets.TryGetValue(request.JobId, out var ticket))
        {
            ticket = new QueueTicket(request, time.GetTimestamp());
            _tickets.Add(request.JobId, ticket);
        }

        foreach (var slot in ticket.Ask(request, call))
        {
            _unseen.Remove(slot.SlotId);
        }

        // The others have had their chance of every free place already.
        if (_fair.MayHaveMore(new UserUse(RunningOf(request.UserId), 0)))
        {
            Share();
        }

        return call;
    }

    public SlotAnswer Answer(Guid jobId, TaskCompletionSource call)
    {
        if (!_tickets.TryGetValue(jobId, out var ticket))
        {
            return new SlotAnswer([], 0, null, IsPaused);
        }

        var slots = ticket.Answer(call, time.GetTimestamp());
        if (slots.Length == 0)
        {
            var (position, startAt) = Place(jobId);
            return new SlotAnswer([], position, startAt, IsPaused);
        }

        if (ticket.Request.Wanted == 0)
        {
            _tickets.Remove(jobId);
        }

        return new SlotAnswer(slots, 0, time.GetUtcNow(), IsPaused);
    }

    public void BreakOff(Guid jobId, TaskCompletionSource call) =>
        _tickets.GetValueOrDefault(jobId)?.BreakOff(call, time.GetTimestamp());

    public void Leave(Guid jobId, params IEnumerable<Guid> unusedSlots)
    {
        if (_tickets.Remove(jobId, out var ticket))
        {
            ticket.Close();
        }

        foreach (var slotId in unusedSlots)
        {
            _unseen.Remove(slotId);
        }

        Share();
    }

    /// <summary>Answers whether the silo should drain.</summary>
    public bool Offer(SiloOffer offer)
    {
        _silos[offer.Silo] = (offer, time.GetTimestamp());
        foreach (var slotId in offer.Running.Select(work => work.SlotId).Concat(offer.Spent))
        {
            _unseen.Remove(slotId);
        }

        Share();
        return Draining.Contains(offer.SiloName);
    }

    public bool HasOffered(SiloAddress silo) => _silos.ContainsKey(silo);

    /// <summary>To be called about every second: forgets who left, what was not taken and who fell silent.</summary>
    public void Sweep()
    {
        foreach (var (userId, given) in _givenOfLate)
        {
            if (given < LeastOfLate)
            {
                _givenOfLate.Remove(userId);
            }
            else
            {
                _givenOfLate[userId] = given * KeptEachSecond;
            }
        }

        foreach (var (slotId, (grant, at)) in _unseen)
        {
            if (time.GetElapsedTime(at) >= GrantLife)
            {
                _unseen.Remove(slotId);
                _tickets.GetValueOrDefault(grant.JobId)?.TakeBack(slotId);
            }
        }

        foreach (var (jobId, ticket) in _tickets)
        {
            if (!ticket.IsWaiting && time.GetElapsedTime(ticket.SeenAt) >= TicketLife)
            {
                _tickets.Remove(jobId);
            }
        }

        Share();
    }

    public QueueView View() => new(
        IsPaused,
        [.. _silos.Values.Select(silo => silo.Offer).OrderBy(offer => offer.SiloName, StringComparer.Ordinal)
            .Select(offer => new QueueSilo(offer.SiloName, offer.Capacity, Taken(offer), !TakesWork(offer)))],
        _tickets.Count,
        _tickets.Values.Select(ticket => ticket.Request.UserId).Distinct().Count());

    private void Share()
    {
        ForgetLostSilos();
        if (IsPaused || !IsOpen)
        {
            return;
        }

        var rooms = _silos.Values.Where(silo => TakesWork(silo.Offer))
            .Select(silo => new SiloRoom(silo.Offer.Silo, silo.Offer.Capacity - Taken(silo.Offer)))
            .Where(room => room.Free > 0).ToList();
        if (rooms.Count == 0)
        {
            return;
        }

        var waiting = _tickets.Values.Where(IsHere).Select(ticket => ticket.Request);
        foreach (var grant in _fair.Share(waiting, rooms, Uses()))
        {
            var slot = new WorkSlot(Guid.CreateVersion7(), grant.Silo);
            _unseen.Add(slot.SlotId, (grant, time.GetTimestamp()));
            _givenOfLate[grant.UserId] = _givenOfLate.GetValueOrDefault(grant.UserId) + 1;
            _tickets[grant.JobId].Give(slot);
        }
    }

    private void ForgetLostSilos()
    {
        foreach (var (silo, (_, at)) in _silos)
        {
            if (time.GetElapsedTime(at) >= SiloPatience || isGone(silo))
            {
                _silos.Remove(silo);
                foreach (var (slotId, (grant, _)) in _unseen.Where(unseen => unseen.Value.Grant.Silo.Equals(silo)))
                {
                    _unseen.Remove(slotId);
                    _tickets.GetValueOrDefault(grant.JobId)?.TakeBack(slotId);
                }
            }
        }
    }

    private bool TakesWork(SiloOffer offer) => !offer.IsStopping && !Draining.Contains(offer.SiloName);

    private int Taken(SiloOffer offer) =>
        offer.Running.Length + _unseen.Values.Count(unseen => unseen.Grant.Silo.Equals(offer.Silo));

    /// <summary>Whether a grant would reach the job.</summary>
    private bool IsHere(QueueTicket ticket) => ticket.Request.Wanted > 0
        && (ticket.IsWaiting || (!ticket.IsBroken && time.GetElapsedTime(ticket.SeenAt) < CallGap));

    /// <summary>One for each piece of work that runs or was granted.</summary>
    private IEnumerable<Guid> UsersOfRunning() =>
        _silos.Values.SelectMany(silo => silo.Offer.Running).Select(work => work.UserId)
            .Concat(_unseen.Values.Select(unseen => unseen.Grant.UserId));

    private int RunningOf(Guid userId) => UsersOfRunning().Count(user => user == userId);

    private Dictionary<Guid, UserUse> Uses()
    {
        var uses = _givenOfLate.ToDictionary(user => user.Key, user => new UserUse(0, user.Value));
        foreach (var userId in UsersOfRunning())
        {
            var use = uses.GetValueOrDefault(userId);
            uses[userId] = use with { Running = use.Running + 1 };
        }

        return uses;
    }

    private (int Position, DateTimeOffset? StartAt) Place(Guid jobId)
    {
        if (_lineAt is null || time.GetElapsedTime(_lineAt.Value) >= LineLife)
        {
            _lineAt = time.GetTimestamp();
            _line = LineUp();
        }

        // Who came after the line was reckoned stands behind it.
        var (position, aheadMs) = _line.TryGetValue(jobId, out var place)
            ? place
            : (_line.Count, _tickets.Values.Sum(ticket => ticket.Request.RemainingMs));
        return (position, StartAfter(aheadMs));
    }

    private Dictionary<Guid, (int Position, long AheadMs)> LineUp()
    {
        var line = new Dictionary<Guid, (int, long)>(_tickets.Count);
        var aheadMs = 0L;
        foreach (var request in _fair.LineUp(_tickets.Values.Select(ticket => ticket.Request), Uses()))
        {
            line.Add(request.JobId, (line.Count, aheadMs));
            aheadMs += request.RemainingMs;
        }

        return line;
    }

    /// <summary>When the silos will have recognised so much, at their speed of late.</summary>
    private DateTimeOffset? StartAfter(long aheadMs)
    {
        var working = _silos.Values.Select(silo => silo.Offer).Where(TakesWork).Where(o => o.Capacity > 0).ToList();
        var known = working.Where(offer => offer.RecognisedMsPerSecond > 0).ToList();
        if (IsPaused || known.Count == 0)
        {
            return null;
        }

        // A silo whose speed is not known yet is taken for an average one.
        var speed = known.Average(offer => offer.RecognisedMsPerSecond!.Value) * working.Count;
        return time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(aheadMs / speed, FarthestStart.TotalSeconds));
    }
}
