using Microsoft.Extensions.Options;

namespace Ax2.Limits;

/// <summary>The half of a bucket that only silos know: attempts that count only when they fail.</summary>
[Alias("ax2.IAttemptBucket")]
public interface IAttemptBucket : IGrainWithGuidCompoundKey
{
    /// <summary>Null for a token, else how long until there can be one.</summary>
    [Alias("Take")]
    Task<TimeSpan?> Take();

    /// <summary>The attempt for which one was taken did not fail.</summary>
    [Alias("GiveBack")]
    Task GiveBack();
}

[CollectionAgeLimit(Minutes = IdleMinutes)]
public sealed class RateBucketGrain(IOptions<LimitOptions> options, TimeProvider time)
    : Grain, IRateBucketGrain, IAttemptBucket
{
    /// <summary>
    /// Short, for the memory that a flood of addresses would take. A bucket stays until it would be full anyway.
    /// </summary>
    private const int IdleMinutes = 2;

    /// <summary>
    /// A holder counts from when it asked, this bucket from when it answers: tokens end there before they end here.
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

    public Task<TimeSpan?> Take()
    {
        if (_bucket is null)
        {
            return Task.FromResult<TimeSpan?>(null);
        }

        var (granted, _) = _bucket.Lease(Guid.Empty, 0, 1, 0, Now, 0);
        DelayDeactivation(_rule.Window);
        return Task.FromResult<TimeSpan?>(granted ? null : UntilNext());
    }

    public Task GiveBack()
    {
        _bucket?.GiveBack(1, Now);
        return Task.CompletedTask;
    }

    private TimeSpan UntilNext() => TimeSpan.FromTicks(_bucket!.TicksUntilNext());
}
