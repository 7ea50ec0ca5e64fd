using System.Net;
using System.Net.Sockets;

namespace Ax2.TestKit;

/// <summary>Ports for a stack of one's own.</summary>
public static class FreePorts
{
    /// <summary>The first of a run of free ports, away from the ones that the system gives to clients.</summary>
    public static int FindRun(int length)
    {
        var seed = new Random(Environment.ProcessId);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var first = 10_000 + seed.Next(200) * 100;
            if (Enumerable.Range(first, length).All(IsFree))
            {
                return first;
            }
        }

        throw new InvalidOperationException("There is no run of free ports.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
