using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class LocalLayoutTests
{
    [Fact]
    public void Ports_OfManySilos_FollowTheFirstAndNeverMeet()
    {
        var layout = new LocalLayout("/repo", "/home", 7000);

        Assert.Equal(7000, layout.ApiPort);
        Assert.Equal(7001, layout.PostgresPort);
        Assert.Equal(new SiloPorts(7010, 7011, 7012), layout.Silo(0));
        Assert.Equal(new SiloPorts(7013, 7014, 7015), layout.Silo(1));
        int[] all =
        [
            layout.ApiPort, layout.PostgresPort,
            .. Enumerable.Range(0, LocalLayout.MaxSilos).Select(layout.Silo).SelectMany(Ports),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void Silo_BeyondTheMost_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new LocalLayout("/repo", "/home", 7000).Silo(LocalLayout.MaxSilos));

    [Fact]
    public void Read_NothingSet_StaysInTheRepository() =>
        Assert.Equal(new LocalLayout("/repo", "/repo/.ax2", 5080), LocalLayout.Read("/repo", "/work", _ => null));

    [Theory]
    [InlineData("data", "/elsewhere/data")]
    [InlineData("/abs/data", "/abs/data")]
    public void Read_Home_IsRelativeToTheWorkingFolder(string home, string expected) =>
        Assert.Equal(expected, LocalLayout.Read("/repo", "/elsewhere", Environment("AX2_HOME", home)).Home);

    [Theory]
    [InlineData("80")]
    [InlineData("65535")]
    [InlineData("-1")]
    [InlineData("5080x")]
    public void Read_PortThatCannotBe_SaysWhichVariable(string port)
    {
        var failure = Assert.Throws<SetupException>(
            () => LocalLayout.Read("/repo", "/", Environment("AX2_PORT", port)));

        Assert.Contains("AX2_PORT", failure.Message, StringComparison.Ordinal);
        Assert.Contains(port, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HighestPort_HasRoomForEverySilo()
    {
        var highest = Enumerable.Range(60_000, 5_536).Last(port => Accepts(port));

        var last = new LocalLayout("/r", "/h", highest).Silo(LocalLayout.MaxSilos - 1);
        Assert.InRange(last.Http, highest, ushort.MaxValue);
    }

    private static bool Accepts(int port)
    {
        try
        {
            return LocalLayout.Read("/r", "/", Environment("AX2_PORT", $"{port}")).FirstPort == port;
        }
        catch (SetupException)
        {
            return false;
        }
    }

    private static Func<string, string?> Environment(string name, string value) =>
        asked => asked == name ? value : null;

    private static int[] Ports(SiloPorts ports) => [ports.Silo, ports.Gateway, ports.Http];
}
