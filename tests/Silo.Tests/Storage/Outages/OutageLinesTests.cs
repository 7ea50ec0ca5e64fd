using Ax2.Outages;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Tests.Outages;

public sealed class OutageLinesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void IsDue_ManyFaultsOfAKind_IsOneLineInAnInterval()
    {
        var lines = new OutageLines(_time);
        Assert.True(lines.IsDue("away", out var unlogged));
        Assert.Equal(0, unlogged);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(lines.IsDue("away", out _));
        }

        _time.Advance(OutageLines.Interval);
        Assert.True(lines.IsDue("away", out unlogged));
        Assert.Equal(100, unlogged);
    }

    [Fact]
    public void IsDue_AnotherKind_HasItsOwnLine()
    {
        var lines = new OutageLines(_time);
        Assert.True(lines.IsDue("away", out _));
        Assert.True(lines.IsDue("full", out _));
        Assert.False(lines.IsDue("full", out _));
    }
}
