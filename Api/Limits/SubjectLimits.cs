namespace Ax2.Limits;

/// <summary>
/// What this process knows of one subject: its requests in flight, and its leases for each class of routes.
/// </summary>
internal sealed class SubjectLimits(RateSubject subject, Func<RateKey, LeasedBucket> open)
{
    private const int Gone = int.MinValue / 2;
    private readonly LeasedBucket?[] _buckets = new LeasedBucket?[Enum.GetValues<RateClass>().Length];
    private int _inFlight;

    internal int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Null when these were given up: there are others by now. Else <see cref="Leave"/> must follow.</summary>
    internal int? Enter()
    {
        var count = Interlocked.Increment(ref _inFlight);
        return count > 0 ? count : null;
    }

    internal void Leave() => Interlocked.Decrement(ref _inFlight);

    internal LeasedBucket Bucket(RateClass of) =>
        Volatile.Read(ref _buckets[(int)of]) ?? Open(of);

    /// <summary>True when nothing is lost by forgetting these; nobody can enter any more then.</summary>
    internal bool TryGiveUp() =>
        Array.TrueForAll(_buckets, bucket => bucket is null || bucket.IsIdle)
        && Interlocked.CompareExchange(ref _inFlight, Gone, 0) == 0;

    private LeasedBucket Open(RateClass of)
    {
        var opened = open(new RateKey(of, subject));
        // Two that came together take the same one: a bucket has one share in a process.
        return Interlocked.CompareExchange(ref _buckets[(int)of], opened, null) ?? opened;
    }
}
