using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class RestartBackOffTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    [Fact]
    public void AfterLife_DiesAtOnceAgainAndAgain_WaitsLongerUpToTheLongest()
    {
        var backOff = new RestartBackOff();

        var waits = Enumerable.Range(0, 9).Select(_ => backOff.AfterLife(AtOnce).TotalSeconds);

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 16, 30, 30], waits);
    }

    [Fact]
    public void AfterLife_OfASteadyMinute_DoesNotWaitAndStartsOver()
    {
        var backOff = new RestartBackOff();
        backOff.AfterLife(AtOnce);
        backOff.AfterLife(AtOnce);

        Assert.Equal(TimeSpan.Zero, backOff.AfterLife(TimeSpan.FromMinutes(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(250), backOff.AfterLife(AtOnce));
    }
}
