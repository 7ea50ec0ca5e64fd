namespace Ax2.Limits;

/// <summary>
/// A token bucket whose tokens may be used later, elsewhere: pure arithmetic, no clock. It is exact because what is
/// held elsewhere counts as one in the bucket. Used or not, at most <c>capacity</c> tokens exist at any time, so over
/// any span no more are used than that and what the span refills. Who holds a token too long, or dies, loses it.
/// </summary>
/// <remarks>
/// All times are in ticks of one clock that never goes back. The level is in ticks too: a token is so many of them, so
/// nothing is ever rounded.
/// </remarks>
internal sealed class RateBucket(int capacity, long ticksPerToken, long now)
{
    /// <summary>Of what is there, the most that one holder gets ahead: others are to find some too.</summary>
    private const int AheadShare = 4;

    private readonly Dictionary<Guid, Hold> _holds = [];
    private long _level = capacity * ticksPerToken;
    private long _at = now;
    private int _held;

    internal int Remaining => (int)(_level / ticksPerToken);

    /// <summary>The tokens for now, all or none, and some of those wished for ahead.</summary>
    /// <param name="kept">What the holder still has. The rest of what it was given is used.</param>
    /// <param name="holdTicks">How long it may hold them.</param>
    internal (bool Granted, int Ahead) Lease(Guid holder, int kept, int wanted, int ahead, long now, long holdTicks)
    {
        // With the capacity up to now: what is returned at this moment refills from here on.
        Refill(now);
        EndHolds(now);
        Keep(holder, kept);
        if (Remaining < wanted)
        {
            return (false, 0);
        }

        _level -= wanted * ticksPerToken;
        var given = Math.Min(ahead, Remaining / AheadShare);
        if (given > 0)
        {
            _level -= given * ticksPerToken;
            _held += given;
            _holds[holder] = new Hold(_holds.GetValueOrDefault(holder).Tokens + given, now + holdTicks);
        }
        else if (_holds.TryGetValue(holder, out var hold))
        {
            _holds[holder] = hold with { EndsAt = now + holdTicks };
        }

        return (true, given);
    }

    /// <summary>No more than were taken, as soon as it is known that they should not have been.</summary>
    internal void Return(int tokens, long now)
    {
        Refill(now);
        _level = Math.Min(_level + tokens * ticksPerToken, Room);
    }

    /// <summary>How long until a token can be there, as far as is known; zero when one is.</summary>
    internal long TicksUntilNext()
    {
        if (_level >= ticksPerToken)
        {
            return 0;
        }

        var wait = ticksPerToken - _level;
        // All that fits is held elsewhere: first somebody must use it or lose it.
        return Room >= ticksPerToken || _holds.Count == 0
            ? wait
            : wait + Math.Max(0, _holds.Values.Min(hold => hold.EndsAt) - _at);
    }

    private long Room => (capacity - _held) * ticksPerToken;

    private void Refill(long now)
    {
        if (now > _at)
        {
            _level = Math.Min(_level + (now - _at), Room);
            _at = now;
        }
    }

    private void EndHolds(long now)
    {
        foreach (var (holder, hold) in _holds)
        {
            if (hold.EndsAt <= now)
            {
                Keep(holder, 0);
            }
        }
    }

    private void Keep(Guid holder, int tokens)
    {
        if (!_holds.TryGetValue(holder, out var hold) || tokens >= hold.Tokens)
        {
            return;
        }

        _held -= hold.Tokens - Math.Max(0, tokens);
        if (tokens <= 0)
        {
            _holds.Remove(holder);
        }
        else
        {
            _holds[holder] = hold with { Tokens = tokens };
        }
    }

    private readonly record struct Hold(int Tokens, long EndsAt);
}
