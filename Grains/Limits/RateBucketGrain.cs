using Microsoft.Extensions.Options;

namespace Ax2.Limits;

/// <summary>What only other grains may ask of a bucket: tokens for attempts that count only when they fail.</summary>
[Alias("ax2.IAttemptBucket")]
public interface IInternalRateBucketGrain : IGrainWithGuidCompoundKey
{
    /// <summary>Null when a token was acquired, else the time until there can be one.</summary>
    [Alias("Take")]
    Task<TimeSpan?> Acquire();

    /// <summary>Returns a token: its attempt did not fail.</summary>
    [Alias("GiveBack")]
    Task Return();
}

[CollectionAgeLimit(Minutes = IdleMinutes)]
public sealed class RateBucketGrain(IOptions<LimitOptions> options, TimeProvider time)
    : Grain, IRateBucketGrain, IInternalRateBucketGrain
{
    /// <summary>
    /// Short, because a flood of addresses takes memory. A bucket stays active until it would be full anyway.
    /// </summary>
    private const int IdleMinutes = 2;

    /// <summary>
    /// A holder counts from its request, this bucket from its answer: a token expires at the holder first.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private RateRule _rule = new();
    private RateBucket? _bucket;

    private long Now => time.GetElapsedTime(0, time.GetTimestamp()).Ticks;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = this.GetPrimaryKey(out string? ruleName);
        _rule = options.Value.Find(RateKey.Read(id, ruleName!));
        _bucket = _rule.Permits == 0 ? null : new RateBucket(_rule.Permits, _rule.TicksPerToken, Now);
        return Task.CompletedTask;
    }

    public Task<RateAnswer> Lease(Guid holder, int kept, int now, int ahead)
    {
        var life = options.Value.LeaseLife;
        if (_bucket is null)
        {
            return Task.FromResult(new RateAnswer(true, ahead, 0, TimeSpan.Zero, life, 0, _rule.Window));
        }

        var (granted, given) = _bucket.Lease(holder, kept, now, ahead, Now, (life + Margin).Ticks);
        DelayDeactivation(_rule.Window + life + Margin);
        return Task.FromResult(new RateAnswer(
            granted, given, _bucket.Remaining, granted ? TimeSpan.Zero : UntilNext(), life, _rule.Permits,
            _rule.Window));
    }

    public Task<TimeSpan?> Acquire()
    {
        if (_bucket is null)
        {
            return Task.FromResult<TimeSpan?>(null);
        }

        var (granted, _) = _bucket.Lease(Guid.Empty, 0, 1, 0, Now, 0);
        DelayDeactivation(_rule.Window);
        return Task.FromResult<TimeSpan?>(granted ? null : UntilNext());
    }

    public Task Return()
    {
        _bucket?.Return(1, Now);
        return Task.CompletedTask;
    }

    private TimeSpan UntilNext() => TimeSpan.FromTicks(_bucket!.TicksUntilNext());
}
