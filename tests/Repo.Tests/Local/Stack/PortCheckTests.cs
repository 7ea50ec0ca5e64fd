using System.Net;
using System.Net.Sockets;
using Ax2.Local;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class PortCheckTests
{
    [Fact]
    public void ThrowIfTaken_TakenPort_IsNamedWithWhatToDo()
    {
        // Not one that the system gives out: another test could get it when it is free again.
        var port = FreePorts.FindRun(1);
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();

        var failure = Assert.Throws<SetupException>(() => PortCheck.ThrowIfTaken([(port, "silo 0")], 7000));

        Assert.Contains($"Port {port} (silo 0) is taken", failure.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
            Assert.Contains($"by process {Environment.ProcessId}.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("AX2_PORT", failure.Message, StringComparison.Ordinal);
        other.Stop();
        PortCheck.ThrowIfTaken([(port, "silo 0")], 7000);
    }

    [Fact]
    public async Task WaitUntilFree_PortOfOneThatIsDying_IsWaitedFor()
    {
        var port = FreePorts.FindRun(1);
        using var dying = new TcpListener(IPAddress.Loopback, port);
        dying.Start();

        var waiting = PortCheck.WaitUntilFreeAsync(
            [(port, "silo 0")], 7000, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted, "The port is taken.");
        dying.Stop();

        await waiting;
    }
}
