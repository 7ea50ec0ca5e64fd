namespace Ax2.Jobs.Queue;

/// <summary>
/// Who gets the next free place, and on which silo. Pure: the same waiting jobs, silos and running work give the same
/// grants, in any order of the arguments. The place goes to the user with the least (running / weight); among equals to
/// the one who was given the least of late, or else a user whose every work has just ended would always come before one
/// who has only just come; then to the job that waits longest. A user's own jobs are served in the order they came. No
/// place stays free that somebody may have.
/// </summary>
internal sealed class FairQueue(QueueOptions options)
{
    /// <summary>Shares the free places out.</summary>
    /// <param name="waiting">Each job once. <see cref="SlotRequest.Wanted"/> is what it still may be given.</param>
    /// <param name="silos">Those that take work.</param>
    /// <param name="uses">What the users have; who is not in it has nothing.</param>
    /// <param name="cap">What one user may have at most; zero is no cap.</param>
    public List<QueueGrant> Share(
        IEnumerable<SlotRequest> waiting, IEnumerable<SiloRoom> silos, IReadOnlyDictionary<Guid, UserUse> uses, int cap)
    {
        var free = new PriorityQueue<SiloRoom, (int, SiloAddress)>(
            silos.Where(silo => silo.Free > 0).Select(silo => (silo, (-silo.Free, silo.Silo))));
        List<QueueGrant> grants = [];
        if (free.Count == 0)
        {
            return grants;
        }

        var users = new PriorityQueue<UserLine, Turn>(
            waiting.GroupBy(request => request.UserId)
                .Select(jobs => new UserLine(jobs, uses.GetValueOrDefault(jobs.Key)))
                .Where(user => MayHaveMore(user.Use, cap)).Select(user => (user, TurnOf(user))));
        while (free.Count > 0 && users.TryDequeue(out var user, out _))
        {
            var silo = free.Dequeue();
            grants.Add(new QueueGrant(user.Head.JobId, user.Head.UserId, silo.Silo));
            if (silo.Free > 1)
            {
                free.Enqueue(silo with { Free = silo.Free - 1 }, (1 - silo.Free, silo.Silo));
            }

            if (user.Advance() && MayHaveMore(user.Use, cap))
            {
                users.Enqueue(user, TurnOf(user));
            }
        }

        return grants;
    }

    /// <summary>
    /// The jobs in the order in which they will get their first place, if nobody comes and nothing ends meanwhile but
    /// what frees the places: a user's job has its turn when those before it have all that they want.
    /// </summary>
    public List<SlotRequest> LineUp(IEnumerable<SlotRequest> waiting, IReadOnlyDictionary<Guid, UserUse> uses)
    {
        List<(SlotRequest Request, bool IsCapped, Turn Turn)> line = [];
        foreach (var jobs in waiting.GroupBy(request => request.UserId))
        {
            var use = uses.GetValueOrDefault(jobs.Key);
            foreach (var request in jobs.OrderBy(Turn.Coming))
            {
                line.Add((request, !MayHaveMore(use, options.MaxRunningPerUser), TurnOf(request, use)));
                use = use.With(Math.Max(1, request.Wanted));
            }
        }

        return [.. line.OrderBy(place => place.IsCapped).ThenBy(place => place.Turn).Select(place => place.Request)];
    }

    public static bool MayHaveMore(UserUse use, int cap) => cap == 0 || use.Running < cap;

    private Turn TurnOf(UserLine user) => TurnOf(user.Head, user.Use);

    private Turn TurnOf(SlotRequest request, UserUse use)
    {
        double weight = options.WeightOf(request.Plan);
        return new Turn(use.Running / weight, use.OfLate / weight, request.WaitingSince, request.JobId);
    }

    /// <summary>Whose turn is less comes first.</summary>
    private readonly record struct Turn(double Share, double OfLate, DateTimeOffset WaitingSince, Guid JobId)
        : IComparable<Turn>
    {
        /// <summary>The order among the jobs of one user.</summary>
        public static (DateTimeOffset, Guid) Coming(SlotRequest request) => (request.WaitingSince, request.JobId);

        public int CompareTo(Turn other) =>
            (Share, OfLate, WaitingSince, JobId)
                .CompareTo((other.Share, other.OfLate, other.WaitingSince, other.JobId));
    }

    /// <summary>The jobs of one user; they are put in order only when the user is served.</summary>
    private sealed class UserLine
    {
        private readonly IEnumerable<SlotRequest> _jobs;
        private Queue<SlotRequest>? _following;
        private int _left;

        public UserLine(IEnumerable<SlotRequest> jobs, UserUse use)
        {
            _jobs = jobs;
            Use = use;
            Head = jobs.MinBy(Turn.Coming)!;
            _left = Head.Wanted;
        }

        public UserUse Use { get; private set; }

        public SlotRequest Head { get; private set; }

        /// <summary>One place was given to the head. False when nobody of the user waits any more.</summary>
        public bool Advance()
        {
            Use = Use.With(1);
            if (--_left > 0)
            {
                return true;
            }

            _following ??= new Queue<SlotRequest>(_jobs.OrderBy(Turn.Coming).Skip(1));
            if (!_following.TryDequeue(out var next))
            {
                return false;
            }

            Head = next;
            _left = next.Wanted;
            return true;
        }
    }
}

/// <param name="Free">Places that nothing runs on and that were not granted.</param>
internal readonly record struct SiloRoom(SiloAddress Silo, int Free);

internal readonly record struct QueueGrant(Guid JobId, Guid UserId, SiloAddress Silo);

/// <param name="Running">Pieces of work that run or were granted.</param>
/// <param name="OfLate">Pieces of work that were given, where the older ones count less.</param>
internal readonly record struct UserUse(int Running, double OfLate)
{
    public UserUse With(int more) => new(Running + more, OfLate + more);
}
