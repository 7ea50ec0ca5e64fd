namespace Ax2.Limits;

/// <summary>
/// This process's share of one bucket. Most requests take a token that was leased ahead: one dictionary look-up and
/// one interlocked decrement, no call, no lock. The more a subject asks the more is leased at a time, and half-way
/// through a lease the next one is fetched, so that nobody waits for it.
/// </summary>
internal sealed class LeasedBucket(
    RateClass routeClass, Func<IRateBucketGrain> bucket, Guid holder, TimeProvider time)
{
    private const int MaxAhead = 256;

    /// <summary>How long a request waits to be counted.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>How long nobody asks again a bucket that did not answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _asking = new();
    private Task<RateAnswer>? _renewal;
    private volatile Lease _lease = new();
    private int _ahead;

    /// <summary>Nothing is known here any more that the bucket itself would not say.</summary>
    internal bool IsIdle => _lease.EndsAt <= time.GetTimestamp() && _lease.DeniedUntil <= time.GetTimestamp();

    internal ValueTask<RateVerdict> Take()
    {
        var lease = _lease;
        return TakeFrom(lease) is { } verdict ? new ValueTask<RateVerdict>(verdict) : new(Ask());
    }

    /// <summary>Null when only the bucket can say.</summary>
    private RateVerdict? TakeFrom(Lease lease)
    {
        var now = time.GetTimestamp();
        if (now < lease.EndsAt)
        {
            var left = Interlocked.Decrement(ref lease.Left);
            if (left >= 0)
            {
                if (left == lease.TopUpAt)
                {
                    TopUp();
                }

                return Verdict(true, lease.Answer, left, TimeSpan.Zero);
            }
        }

        // Before that there cannot be a token for anybody, so nobody asks.
        return now < lease.DeniedUntil
            ? Verdict(false, lease.Answer, 0, time.GetElapsedTime(now, lease.DeniedUntil))
            : null;
    }

    /// <summary>One question at a time, and whoever waits for it shares its answer.</summary>
    private async Task<RateVerdict> Ask()
    {
        while (true)
        {
            Task<RateAnswer> renewal;
            bool isOurs;
            lock (_asking)
            {
                // Who was before us may have brought enough, or a no that holds for us too.
                if (TakeFrom(_lease) is { } verdict)
                {
                    return verdict;
                }

                isOurs = _renewal is not { IsCompleted: false };
                if (isOurs)
                {
                    var isUsedUp = _lease.EndsAt > time.GetTimestamp();
                    _ahead = isUsedUp ? Math.Clamp(_ahead * 2, 1, MaxAhead) : _ahead / 2;
                    _renewal = Renew(now: 1);
                }

                renewal = _renewal!;
            }

            var answer = await renewal;
            if (isOurs)
            {
                return Verdict(answer.Granted, answer, answer.Ahead, answer.RetryAfter);
            }
        }
    }

    private void TopUp()
    {
        lock (_asking)
        {
            if (_renewal is not { IsCompleted: false })
            {
                _ahead = Math.Clamp(_ahead * 2, 1, MaxAhead);
                _renewal = Renew(now: 0);
            }
        }
    }

    /// <summary>The lease begins before the question, so it ends here before it ends in the bucket.</summary>
    private async Task<RateAnswer> Renew(int now)
    {
        var old = _lease;
        var asked = time.GetTimestamp();
        var kept = asked < old.EndsAt ? Math.Max(0, Volatile.Read(ref old.Left)) : 0;
        if (await AskBucket(kept, now) is not { } answer)
        {
            _lease = new Lease { Left = int.MaxValue, EndsAt = time.GetTimestamp() + ToTimestamp(Pause) };
            return new RateAnswer { Granted = true };
        }

        var answered = time.GetTimestamp();
        // Whoever takes from the old lease meanwhile finds nothing there, and comes to the new one.
        var left = kept == 0 ? 0 : Math.Clamp(Interlocked.Exchange(ref old.Left, 0), 0, kept);
        var carried = answered < old.EndsAt ? left : 0;
        _lease = answer.Granted
            ? new Lease
            {
                Answer = answer,
                Left = carried + answer.Ahead,
                TopUpAt = answer.Ahead > 1 ? (carried + answer.Ahead) / 2 : -1,
                EndsAt = asked + ToTimestamp(answer.Life),
            }
            : new Lease
            {
                Answer = answer,
                Left = carried,
                EndsAt = old.EndsAt,
                DeniedUntil = answered + ToTimestamp(answer.RetryAfter),
            };
        return answer;
    }

    /// <summary>
    /// Null when there is no answer. Then requests pass for a moment without being counted: what needs a silo cannot do
    /// anything either, first of all sign in, and what needs none shall work on. Health reports it.
    /// </summary>
    private async Task<RateAnswer?> AskBucket(int kept, int now)
    {
        try
        {
            return await bucket().Lease(holder, kept, now, _ahead).WaitAsync(Timeout, time);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return null;
        }
    }

    private RateVerdict Verdict(bool granted, in RateAnswer answer, int left, TimeSpan retryAfter) =>
        new(granted, routeClass, left + answer.Remaining, answer.Permits, answer.Window, retryAfter);

    private long ToTimestamp(TimeSpan span) =>
        (long)(span.Ticks * ((double)time.TimestampFrequency / TimeSpan.TicksPerSecond));

    private sealed class Lease
    {
        public RateAnswer Answer { get; init; }

        /// <summary>Below zero when more came than were left.</summary>
        public int Left;

        public int TopUpAt { get; init; } = -1;

        public long EndsAt { get; init; }

        public long DeniedUntil { get; init; }
    }
}

/// <summary>What a limit says to one request.</summary>
/// <param name="Remaining">An estimate: other processes take from the same bucket.</param>
/// <param name="Permits">Zero is no limit.</param>
/// <param name="RetryAfter">When not granted.</param>
internal readonly record struct RateVerdict(
    bool Granted, RateClass Class, int Remaining, int Permits, TimeSpan Window, TimeSpan RetryAfter);
