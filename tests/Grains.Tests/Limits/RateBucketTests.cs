using CsCheck;
using Xunit;

namespace Ax2.Limits;

public sealed class RateBucketTests
{
    private const int Capacity = 8;
    private const long TicksPerToken = 10;
    private static readonly Guid _a = Guid.CreateVersion7();
    private static readonly Guid _b = Guid.CreateVersion7();

    [Fact]
    public void Lease_FullBucket_GivesItsTokensAndNoMore()
    {
        var bucket = new RateBucket(Capacity, TicksPerToken, 0);

        for (var i = 0; i < Capacity; i++)
        {
            Assert.Equal((true, 0), bucket.Lease(_a, 0, 1, 0, 0, 100));
        }

        Assert.Equal((false, 0), bucket.Lease(_a, 0, 1, 0, 0, 100));
        Assert.Equal(TicksPerToken, bucket.TicksUntilNext());
    }

    [Theory]
    [InlineData(TicksPerToken - 1, false)]
    [InlineData(TicksPerToken, true)]
    public void Lease_EmptyBucket_GrantsWhenTheWaitIsOver(long later, bool granted)
    {
        var bucket = new RateBucket(Capacity, TicksPerToken, 0);
        bucket.Lease(_a, 0, Capacity, 0, 0, 100);

        Assert.Equal(granted, bucket.Lease(_a, 0, 1, 0, later, 100).Granted);
    }

    [Fact]
    public void Lease_TokensHeldElsewhere_TakeUpRoom()
    {
        var bucket = new RateBucket(Capacity, TicksPerToken, 0);
        var (_, ahead) = bucket.Lease(_a, 0, 0, Capacity, 0, 1_000_000);

        // However long nobody asks: what is held and what is there are never more than fit.
        bucket.Lease(_b, 0, 0, 0, 100_000, 100);

        Assert.Equal(2, ahead);
        Assert.Equal(Capacity - ahead, bucket.Remaining);
    }

    [Fact]
    public void Lease_HoldRanOut_CountsAsUsedAndRefills()
    {
        var bucket = new RateBucket(Capacity, TicksPerToken, 0);
        bucket.Lease(_a, 0, 0, Capacity, 0, 50);

        bucket.Lease(_b, 0, 0, 0, 50, 50);
        Assert.Equal(Capacity - 2, bucket.Remaining);
        bucket.Lease(_b, 0, 0, 0, 50 + TicksPerToken, 50);

        Assert.Equal(Capacity - 1, bucket.Remaining);
    }

    [Fact]
    public void Lease_LateReport_BringsNothingBack()
    {
        var bucket = new RateBucket(Capacity, TicksPerToken, 0);
        var (_, ahead) = bucket.Lease(_a, 0, 0, Capacity, 0, 50);
        bucket.Lease(_b, 0, Capacity - ahead, 0, 50, 50);

        bucket.Lease(_a, ahead, 0, 0, 50, 50);

        Assert.Equal(0, bucket.Remaining);
    }

    [Fact]
    public void Return_FullBucket_StaysFull()
    {
        var bucket = new RateBucket(Capacity, TicksPerToken, 0);
        bucket.Lease(_a, 0, 1, 0, 0, 0);

        bucket.Return(1, 0);
        bucket.Return(1, 0);

        Assert.Equal(Capacity, bucket.Remaining);
    }

    [Fact]
    public void Clock_GoingBack_RefillsNothing()
    {
        var bucket = new RateBucket(Capacity, TicksPerToken, 1000);
        bucket.Lease(_a, 0, Capacity, 0, 1000, 0);

        Assert.False(bucket.Lease(_a, 0, 1, 0, 0, 0).Granted);
        Assert.False(bucket.Lease(_a, 0, 1, 0, 1000, 0).Granted);
    }

    /// <summary>
    /// Three processes, each with a clock and a mind of its own: they ask, use what they hold as late as they may,
    /// lose answers, and die. Over no span is more used than a full bucket and what the span refills.
    /// </summary>
    [Fact]
    public void Use_OverEverySpan_IsAtMostABucketAndTheRefill() =>
        Gen.Select(Gen.Int[1, 20], Gen.Long[1, 50], Step.Array[1, 60]).Sample(
            (capacity, ticksPerToken, steps) =>
            {
                var uses = new SharedBucket(capacity, ticksPerToken).Run(steps);
                for (var first = 0; first < uses.Count; first++)
                {
                    for (var last = first; last < uses.Count; last++)
                    {
                        var refilled = (uses[last] - uses[first]) / (double)ticksPerToken;
                        Assert.True(last - first + 1 <= capacity + refilled);
                    }
                }
            },
            iter: 3000);

    /// <summary>The opposite fault: a bucket that nobody holds anything of refuses only when it is empty.</summary>
    [Fact]
    public void Use_OneAtATime_IsAsMuchAsTheRuleAllows() =>
        Gen.Select(Gen.Int[1, 20], Gen.Long[1, 50], Gen.Long[0, 30].Array[1, 100]).Sample(
            (capacity, ticksPerToken, waits) =>
            {
                var bucket = new RateBucket(capacity, ticksPerToken, 0);
                decimal level = capacity;
                var now = 0L;
                foreach (var wait in waits)
                {
                    now += wait;
                    level = Math.Min(capacity, level + (decimal)wait / ticksPerToken);
                    var (granted, _) = bucket.Lease(_a, 0, 1, 0, now, 0);
                    // To a millionth: thirds of a token are exact in the bucket and not in a decimal.
                    Assert.Equal(level >= 0.999999m, granted);
                    level -= granted ? 1 : 0;
                }
            },
            iter: 1000);

    private static Gen<(long Wait, int Process, StepKind Kind, int Ahead)> Step =>
        Gen.Select(
            Gen.Long[0, 120], Gen.Int[0, 2], Gen.Enum<StepKind>(), Gen.Int[0, 20]);

    internal enum StepKind
    {
        Ask,
        AskAndLoseTheAnswer,
        UseOne,
        UseAll,
        Die,
    }

    /// <summary>The processes as the contract wants them to behave, no better.</summary>
    private sealed class SharedBucket(int capacity, long ticksPerToken)
    {
        private const long Life = 100;
        private readonly RateBucket _bucket = new(capacity, ticksPerToken, 0);
        private readonly (Guid Id, int Left, long EndsAt)[] _processes =
            [.. Enumerable.Range(0, 3).Select(_ => (Guid.CreateVersion7(), 0, 0L))];
        private readonly List<long> _uses = [];

        public List<long> Run((long Wait, int Process, StepKind Kind, int Ahead)[] steps)
        {
            var now = 0L;
            foreach (var (wait, index, kind, ahead) in steps)
            {
                now += wait;
                ref var process = ref _processes[index];
                if (now >= process.EndsAt)
                {
                    process.Left = 0;
                }

                switch (kind)
                {
                    case StepKind.Ask or StepKind.AskAndLoseTheAnswer:
                        Ask(ref process, now, ahead, kind == StepKind.Ask);
                        break;
                    case StepKind.Die:
                        process = (Guid.CreateVersion7(), 0, 0);
                        break;
                    default:
                        var used = kind == StepKind.UseOne ? Math.Min(1, process.Left) : process.Left;
                        process.Left -= used;
                        _uses.AddRange(Enumerable.Repeat(now, used));
                        break;
                }
            }

            return _uses;
        }

        private void Ask(ref (Guid Id, int Left, long EndsAt) process, long now, int ahead, bool isAnswered)
        {
            var (granted, given) = _bucket.Lease(process.Id, process.Left, 1, ahead, now, Life);
            if (granted && isAnswered)
            {
                _uses.Add(now);
                process = (process.Id, process.Left + given, now + Life);
            }
        }
    }
}
