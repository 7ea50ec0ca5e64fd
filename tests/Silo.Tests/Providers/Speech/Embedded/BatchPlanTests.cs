using Ax2.Captions.Speech;
using CsCheck;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

public sealed class BatchPlanTests
{
    [Fact]
    public void Make_LikeLengths_GoTogether()
    {
        var batches = BatchPlan.Make([100, 1000, 101, 1010, 99, 990], maxRows: 16, maxPadded: 100_000);

        Assert.Equal([[3, 1, 5], [2, 0, 4]], batches);
    }

    [Fact]
    public void Make_ClipBeyondTheBudget_GoesAlone() =>
        Assert.Equal([[1], [0]], BatchPlan.Make([500, 900], maxRows: 16, maxPadded: 800));

    [Fact]
    public void Make_AnyClips_TakesEachOnceWithinTheLimits() =>
        Gen.Select(Gen.Int[1, 1000].Array[0, 60], Gen.Int[1, 16], Gen.Int[1000, 5000]).Sample((lengths, rows, padded) =>
        {
            var batches = BatchPlan.Make(lengths, rows, padded);

            Assert.Equal(Enumerable.Range(0, lengths.Length), batches.SelectMany(batch => batch).Order());
            Assert.All(batches, batch => Assert.InRange(batch.Length, 1, rows));
            Assert.All(batches, batch => Assert.True(batch.Length * batch.Max(i => lengths[i]) <= padded));
        });
}
