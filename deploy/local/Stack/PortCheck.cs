using System.Net;
using System.Net.Sockets;

namespace Ax2.Local;

/// <summary>Finds a taken port before a service fails on it, to say which one and what to do.</summary>
internal static class PortCheck
{
    /// <summary>Throws <see cref="SetupException"/> for the first port that someone else listens on.</summary>
    public static void ThrowIfTaken(IEnumerable<(int Port, string Use)> ports, int firstPort)
    {
        foreach (var (port, use) in ports)
        {
            if (!IsFree(port))
            {
                throw new SetupException(
                    $"Port {port} ({use}) is taken. End what uses it, or move all ports: they begin at "
                    + $"AX2_PORT={firstPort} now, AX2_PORT={firstPort + 1000} may be free.");
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new TcpListener(IPAddress.Loopback, port);
        try
        {
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
