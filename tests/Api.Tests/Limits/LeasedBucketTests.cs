using Ax2.TestKit;
using Xunit;

namespace Ax2.Limits;

/// <summary>What a process asks of the bucket, and what it settles by itself.</summary>
public sealed class LeasedBucketTests
{
    private readonly ShiftedClock _clock = new();

    [Fact]
    public async Task Take_OneAfterTheOther_AsksRarelyAndGetsEveryToken()
    {
        var bucket = new CountedBucket(_clock, 1000, TimeSpan.FromDays(1));
        var leased = New(bucket);

        var granted = 0;
        while ((await leased.Take()).Granted)
        {
            granted++;
        }

        Assert.InRange(granted, 1000, 1001);
        Assert.InRange(bucket.Calls, 2, 60);
    }

    /// <summary>No storm: before a token can be there nobody asks.</summary>
    [Fact]
    public async Task Take_Denied_AsksOnceUntilTheWaitIsOver()
    {
        var bucket = new CountedBucket(_clock, 10, TimeSpan.FromDays(1));
        var leased = New(bucket);
        RateVerdict verdict;
        while ((verdict = await leased.Take()).Granted)
        {
        }

        var calls = bucket.Calls;
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => leased.Take().AsTask()));
        Assert.All(answers, answer => Assert.False(answer.Granted));
        Assert.Equal(calls, bucket.Calls);
        _clock.Advance(verdict.RetryAfter);

        Assert.True((await leased.Take()).Granted);
        Assert.False((await leased.Take()).Granted);
        Assert.InRange(bucket.Calls, calls + 1, calls + 2);
    }

    [Fact]
    public async Task Take_LeaseRanOut_UsesNothingOfIt()
    {
        var bucket = new CountedBucket(_clock, 1000, TimeSpan.FromDays(1));
        var leased = New(bucket);
        for (var i = 0; i < 20; i++)
        {
            await leased.Take();
        }

        var calls = bucket.Calls;
        _clock.Advance(CountedBucket.Life);
        await leased.Take();

        Assert.Equal(calls + 1, bucket.Calls);
    }

    /// <summary>The price of a check that needs no call: nothing for the collector to clear away.</summary>
    [Fact]
    public async Task Take_OfALease_AllocatesNothing()
    {
        var leased = New(new CountedBucket(_clock, 100_000_000, TimeSpan.FromDays(1)));
        for (var i = 0; i < 10_000; i++)
        {
            await leased.Take();
        }

        var free = 0;
        for (var i = 0; i < 1000; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var taken = leased.Take();
            free += GC.GetAllocatedBytesForCurrentThread() == before ? 1 : 0;
            await taken;
        }

        Assert.InRange(free, 980, 1000);
    }

    [Fact]
    public async Task Take_BucketDoesNotAnswer_LetsPassForAMomentAndAsksAgain()
    {
        var bucket = new CountedBucket(_clock, 1000, TimeSpan.FromDays(1))
        {
            Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
        };
        var leased = New(bucket);
        var waiting = Enumerable.Range(0, 5).Select(_ => leased.Take().AsTask()).ToList();

        bucket.Gate.SetException(new TimeoutException());

        var answers = await Task.WhenAll(waiting);
        Assert.All(answers, answer => Assert.Equal((true, 0), (answer.Granted, answer.Permits)));
        Assert.Equal(1, bucket.Calls);
        bucket.Gate = null;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((true, 1000), ((await leased.Take()).Granted, (await leased.Take()).Permits));
        Assert.InRange(bucket.Calls, 2, 3);
    }

    private LeasedBucket New(IRateBucketGrain bucket) => new(RateClass.Read, () => bucket, Guid.CreateVersion7(), _clock);

    /// <summary>A real bucket that counts who asks, and answers when the test says so.</summary>
    private sealed class CountedBucket(TimeProvider time, int permits, TimeSpan window) : IRateBucketGrain
    {
        public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

        private readonly RateBucket _bucket = new(permits, window.Ticks / permits, Now(time));

        public int Calls { get; private set; }

        public TaskCompletionSource? Gate { get; set; }

        public async Task<RateAnswer> Lease(Guid holder, int kept, int now, int ahead)
        {
            Calls++;
            if (Gate is not null)
            {
                await Gate.Task;
            }

            var (granted, given) = _bucket.Lease(holder, kept, now, ahead, Now(time), Life.Ticks);
            return new RateAnswer(
                granted, given, _bucket.Remaining, TimeSpan.FromTicks(_bucket.TicksUntilNext()), Life, permits, window);
        }

        private static long Now(TimeProvider time) => time.GetElapsedTime(0, time.GetTimestamp()).Ticks;
    }
}
