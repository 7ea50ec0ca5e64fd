using System.Collections.Immutable;

namespace Ax2.Jobs.Queue;

/// <summary>
/// What the work queue knows: who waits, and what is free. One thread at a time. Whatever makes a difference shares the
/// free places at once, by <see cref="FairQueue"/>: first those for chunks, then those for cutters. Files are cut ahead
/// of their turn, so that no place for a chunk ever waits for a decoder; but decoded audio takes room, so a user has no
/// more files ahead than the cluster has places for chunks.
/// </summary>
/// <param name="isGone">The cluster's word on a silo: its death is known sooner than its silence tells.</param>
internal sealed class WorkQueue(QueueOptions options, TimeProvider time, Func<SiloAddress, bool> isGone)
{
    /// <summary>How much a place that was given counts a second later: half after about ten minutes.</summary>
    private const double KeptEachSecond = 0.999;
    private const double LeastOfLate = 0.01;

    private static readonly TimeSpan TicketLife = TimeSpan.FromSeconds(10);

    /// <summary>A job that was just answered asks again at once: until then it keeps its turn.</summary>
    private static readonly TimeSpan CallGap = TimeSpan.FromSeconds(1);

    /// <summary>A reckoned line serves all askers for so long: there may be thousands in a second.</summary>
    private static readonly TimeSpan LineLife = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarthestStart = TimeSpan.FromDays(30);

    private readonly FairQueue _fair = new(options);
    private readonly Dictionary<Guid, QueueTicket> _tickets = [];
    private readonly SiloPlaces _places = new(time, isGone);

    /// <summary>Chunks' places given, by user. A new activation has forgotten them, which only ties can tell.</summary>
    private readonly Dictionary<Guid, double> _givenOfLate = [];
    private Dictionary<Guid, (int Position, long AheadMs)> _line = [];
    private long? _lineAt;

    /// <summary>A queue that has just come to life does not know yet what runs, and gives nothing.</summary>
    public bool IsOpen { get; private set; }

    public bool IsPaused { get; private set; }

    public void Open()
    {
        IsOpen = true;
        Share();
    }

    public void Set(bool isPaused, IEnumerable<string> draining)
    {
        IsPaused = isPaused;
        _places.Draining = [.. draining];
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

        _places.Forget(ticket.Ask(request, call).Select(slot => slot.SlotId));
        // The others have had their chance of every free place already.
        if ((ticket.Request.Wanted > 0 && MayHaveMore(ChunkUsers, options.MaxRunningPerUser))
            || (ticket.Request.WantsCutter && MayHaveMore(CutterUsers, CutterCap)))
        {
            Share();
        }

        return call;

        bool MayHaveMore(IEnumerable<Guid> users, int cap) =>
            FairQueue.MayHaveMore(new UserUse(users.Count(user => user == request.UserId), 0), cap);
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

        if (!ticket.WantsMore)
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
            unusedSlots = unusedSlots.Concat(ticket.Close());
        }

        _places.Forget(unusedSlots);
        Share();
    }

    /// <summary>Answers whether the silo should drain.</summary>
    public bool Offer(SiloOffer offer)
    {
        _places.Take(offer);
        Share();
        return _places.Draining.Contains(offer.SiloName);
    }

    public bool HasOffered(SiloAddress silo) => _places.HasOffered(silo);

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

        TakeBack(_places.ForgetUntaken());
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
        [.. _places.Offers.OrderBy(offer => offer.SiloName, StringComparer.Ordinal).Select(offer => new QueueSilo(
            offer.SiloName, offer.Capacity, _places.Taken(offer, WorkKind.Chunk), !_places.TakesWork(offer)))],
        _tickets.Count,
        _tickets.Values.Select(ticket => ticket.Request.UserId).Distinct().Count());

    private void Share()
    {
        TakeBack(_places.ForgetLostSilos());
        if (IsPaused || !IsOpen)
        {
            return;
        }

        ShareChunks();
        ShareCutters();
    }

    private void ShareChunks()
    {
        if (_places.Rooms(WorkKind.Chunk) is { Count: > 0 } rooms)
        {
            var waiting = Waiting.Where(request => request.Wanted > 0);
            foreach (var grant in _fair.Share(waiting, rooms, Uses(ChunkUsers), options.MaxRunningPerUser))
            {
                _givenOfLate[grant.UserId] = _givenOfLate.GetValueOrDefault(grant.UserId) + 1;
                _tickets[grant.JobId].Give(_places.Grant(grant, WorkKind.Chunk));
            }
        }
    }

    private void ShareCutters()
    {
        if (_places.Rooms(WorkKind.Cutter) is { Count: > 0 } rooms)
        {
            var waiting = Waiting.Where(request => request.WantsCutter).Select(one => one with { Wanted = 1 });
            foreach (var grant in _fair.Share(waiting, rooms, Uses(CutterUsers), CutterCap))
            {
                _tickets[grant.JobId].Give(_places.Grant(grant, WorkKind.Cutter));
            }
        }
    }

    private void TakeBack(List<(Guid JobId, Guid SlotId)> lost)
    {
        foreach (var (jobId, slotId) in lost)
        {
            _tickets.GetValueOrDefault(jobId)?.TakeBack(slotId);
        }
    }

    private IEnumerable<SlotRequest> Waiting => _tickets.Values.Where(IsHere).Select(ticket => ticket.Request);

    private IEnumerable<Guid> ChunkUsers => _places.UsersOf(WorkKind.Chunk);

    /// <summary>What is being cut counts, and what is cut and waits.</summary>
    private IEnumerable<Guid> CutterUsers => _places.UsersOf(WorkKind.Cutter).Concat(
        _tickets.Values.Select(ticket => ticket.Request).Where(r => r.Wanted > 0).Select(r => r.UserId));

    /// <summary>Whether a grant would reach the job.</summary>
    private bool IsHere(QueueTicket ticket) => ticket.WantsMore
        && (ticket.IsWaiting || (!ticket.IsBroken && time.GetElapsedTime(ticket.SeenAt) < CallGap));

    private int CutterCap
    {
        get
        {
            var places = Math.Max(1, _places.Open.Sum(offer => offer.Capacity));
            return options.MaxRunningPerUser == 0 ? places : Math.Min(places, options.MaxRunningPerUser);
        }
    }

    private Dictionary<Guid, UserUse> Uses(IEnumerable<Guid> users)
    {
        var uses = _givenOfLate.ToDictionary(user => user.Key, user => new UserUse(0, user.Value));
        foreach (var userId in users)
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
        foreach (var request in _fair.LineUp(_tickets.Values.Select(ticket => ticket.Request), Uses(ChunkUsers)))
        {
            line.Add(request.JobId, (line.Count, aheadMs));
            aheadMs += request.RemainingMs;
        }

        return line;
    }

    /// <summary>When the silos will have recognised so much, at their speed of late.</summary>
    private DateTimeOffset? StartAfter(long aheadMs)
    {
        var working = _places.Open.Where(offer => offer.Capacity > 0).ToList();
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
