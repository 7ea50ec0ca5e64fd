namespace Ax2.Jobs.Queue;

/// <summary>
/// Who gets the next free slot, and on which silo. Pure: the same waiting jobs, silos and running work give the same
/// grants, in any order of the arguments. The slot goes to the user with the least (running / weight); among equals to
/// the one with the least decayed usage, or else a user whose every work item has just ended would always come before
/// one who has only just come; then to the job that waits longest. A user's own jobs are served in the order they came.
/// No capacity stays free that somebody may have.
/// </summary>
internal sealed class FairQueue(QueueOptions options)
{
    /// <summary>Shares the free capacity out.</summary>
    /// <param name="waiting">Each job once. <see cref="SlotRequest.Wanted"/> is what it still may be given.</param>
    /// <param name="silos">Those that take work.</param>
    /// <param name="usages">What the users have; who is not in it has nothing.</param>
    /// <param name="cap">What one user may have at most; zero is no cap.</param>
    public List<QueueGrant> Share(
        IEnumerable<SlotRequest> waiting, IEnumerable<FreeCapacity> silos, IReadOnlyDictionary<Guid, UserUsage> usages,
        int cap)
    {
        var free = new PriorityQueue<FreeCapacity, (int, SiloAddress)>(
            silos.Where(silo => silo.Free > 0).Select(silo => (silo, (-silo.Free, silo.Silo))));
        List<QueueGrant> grants = [];
        if (free.Count == 0)
        {
            return grants;
        }

        var users = new PriorityQueue<UserQueue, Turn>(
            waiting.GroupBy(request => request.UserId)
                .Select(jobs => new UserQueue(jobs, usages.GetValueOrDefault(jobs.Key)))
                .Where(user => MayHaveMore(user.Usage, cap)).Select(user => (user, TurnOf(user))));
        while (free.Count > 0 && users.TryDequeue(out var user, out _))
        {
            var silo = free.Dequeue();
            grants.Add(new QueueGrant(user.Head.JobId, user.Head.UserId, silo.Silo));
            if (silo.Free > 1)
            {
                free.Enqueue(silo with { Free = silo.Free - 1 }, (1 - silo.Free, silo.Silo));
            }

            if (user.Advance() && MayHaveMore(user.Usage, cap))
            {
                users.Enqueue(user, TurnOf(user));
            }
        }

        return grants;
    }

    /// <summary>
    /// The jobs in the order in which they will get their first slot, if nobody comes and nothing ends meanwhile but
    /// what frees capacity: a user's job has its turn when those before it have all that they want.
    /// </summary>
    public List<SlotRequest> InOrder(IEnumerable<SlotRequest> waiting, IReadOnlyDictionary<Guid, UserUsage> usages)
    {
        List<(SlotRequest Request, bool IsCapped, Turn Turn)> inOrder = [];
        foreach (var jobs in waiting.GroupBy(request => request.UserId))
        {
            var usage = usages.GetValueOrDefault(jobs.Key);
            foreach (var request in jobs.OrderBy(Turn.Coming))
            {
                inOrder.Add((request, !MayHaveMore(usage, options.MaxRunningPerUser), TurnOf(request, usage)));
                usage = usage.With(Math.Max(1, request.Wanted));
            }
        }

        return [.. inOrder.OrderBy(job => job.IsCapped).ThenBy(job => job.Turn).Select(job => job.Request)];
    }

    public static bool MayHaveMore(UserUsage usage, int cap) => cap == 0 || usage.Running < cap;

    private Turn TurnOf(UserQueue user) => TurnOf(user.Head, user.Usage);

    private Turn TurnOf(SlotRequest request, UserUsage usage)
    {
        double weight = options.WeightOf(request.Plan);
        return new Turn(usage.Running / weight, usage.Decayed / weight, request.WaitingSince, request.JobId);
    }

    /// <summary>Whose turn is less comes first.</summary>
    private readonly record struct Turn(double Share, double Decayed, DateTimeOffset WaitingSince, Guid JobId)
        : IComparable<Turn>
    {
        /// <summary>The order among the jobs of one user.</summary>
        public static (DateTimeOffset, Guid) Coming(SlotRequest request) => (request.WaitingSince, request.JobId);

        public int CompareTo(Turn other) =>
            (Share, Decayed, WaitingSince, JobId)
                .CompareTo((other.Share, other.Decayed, other.WaitingSince, other.JobId));
    }

    /// <summary>The jobs of one user; they are put in order only when the user is served.</summary>
    private sealed class UserQueue
    {
        private readonly IEnumerable<SlotRequest> _jobs;
        private Queue<SlotRequest>? _following;
        private int _left;

        public UserQueue(IEnumerable<SlotRequest> jobs, UserUsage usage)
        {
            _jobs = jobs;
            Usage = usage;
            Head = jobs.MinBy(Turn.Coming)!;
            _left = Head.Wanted;
        }

        public UserUsage Usage { get; private set; }

        public SlotRequest Head { get; private set; }

        /// <summary>One slot was granted to the head. False when nobody of the user waits any more.</summary>
        public bool Advance()
        {
            Usage = Usage.With(1);
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

/// <param name="Free">Slots of one kind that are neither taken nor granted.</param>
internal readonly record struct FreeCapacity(SiloAddress Silo, int Free);

internal readonly record struct QueueGrant(Guid JobId, Guid UserId, SiloAddress Silo);

/// <param name="Running">Slots that are taken or granted.</param>
/// <param name="Decayed">Slots that were given, where older ones count less.</param>
internal readonly record struct UserUsage(int Running, double Decayed)
{
    public UserUsage With(int more) => new(Running + more, Decayed + more);
}
