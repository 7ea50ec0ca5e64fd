using System.Collections.Concurrent;

namespace Ax2.Limits;

/// <summary>The subjects with recent requests to this process. Idle ones are removed.</summary>
internal sealed class RateLimiter : IDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<RateSubject, SubjectLimits> _subjects = new();
    private readonly Func<RateSubject, SubjectLimits> _create;
    private readonly ITimer _sweep;
    private int _inFlight;

    public RateLimiter(IClusterClient cluster, TimeProvider time)
    {
        var holder = Guid.CreateVersion7(time.GetUtcNow());
        _create = subject => new SubjectLimits(subject, key => new LeasedBucket(
            key.Class, () => cluster.GetGrain<IRateBucketGrain>(key.Subject.Id, key.RuleName, null), holder, time));
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    internal int Subjects => _subjects.Count;

    /// <summary>Answers how many requests this process works on. <see cref="Leave"/> must follow.</summary>
    internal int Enter() => Interlocked.Increment(ref _inFlight);

    internal void Leave() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Entered, with the count: <see cref="SubjectLimits.Leave"/> must follow.</summary>
    internal SubjectLimits Enter(RateSubject subject, out int inFlight)
    {
        while (true)
        {
            var limits = _subjects.GetOrAdd(subject, _create);
            if (limits.Enter() is { } count)
            {
                inFlight = count;
                return limits;
            }

            _subjects.TryRemove(new(subject, limits));
        }
    }

    internal void Sweep()
    {
        foreach (var entry in _subjects)
        {
            if (entry.Value.TryGiveUp())
            {
                _subjects.TryRemove(entry);
            }
        }
    }

    public void Dispose() => _sweep.Dispose();
}
