using System.Net;
using System.Net.Sockets;
using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class PortCheckTests
{
    [Fact]
    public void ThrowIfTaken_TakenPort_IsNamedWithWhatToDo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var failure = Assert.Throws<SetupException>(() => PortCheck.ThrowIfTaken([(port, "silo 0")], 7000));

        Assert.Contains($"Port {port} (silo 0)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("AX2_PORT", failure.Message, StringComparison.Ordinal);
        other.Stop();
        PortCheck.ThrowIfTaken([(port, "silo 0")], 7000);
    }
}
