using System.Net;
using System.Net.Sockets;

namespace Ax2.Local;

/// <summary>Finds a taken port before a service fails on it, to say which one and what to do.</summary>
internal static class PortCheck
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DyingTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// As <see cref="ThrowIfTaken"/>, but waits a while: processes of ours that were just killed hold their ports until
    /// the last of their threads has ended.
    /// </summary>
    public static async Task WaitUntilFreeAsync(
        IReadOnlyList<(int Port, string Use)> ports, int firstPort, TimeProvider time, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        while (!ports.All(port => IsFree(port.Port)) && time.GetElapsedTime(since) < DyingTimeout)
        {
            await Task.Delay(LookEvery, time, stop);
        }

        ThrowIfTaken(ports, firstPort);
    }

    /// <summary>Throws <see cref="SetupException"/> for the first port that someone else listens on.</summary>
    public static void ThrowIfTaken(IEnumerable<(int Port, string Use)> ports, int firstPort)
    {
        foreach (var (port, use) in ports)
        {
            if (!IsFree(port))
            {
                var by = ListenerOf(port) is { } pid ? $" by process {pid}" : "";
                throw new SetupException(
                    $"Port {port} ({use}) is taken{by}. End what uses it, or move all ports: they begin at "
                    + $"AX2_PORT={firstPort} now, AX2_PORT={firstPort + 1000} may be free.");
            }
        }
    }

    /// <summary>The id of the process that listens there. Null where the system does not show it.</summary>
    private static string? ListenerOf(int port)
    {
        const int Local = 1, State = 3, Inode = 9;
        const string Listens = "0A";
        if (!OperatingSystem.IsLinux())
            return null;
        var sockets = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(field => field[State] == Listens && field[Local].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(field => $"socket:[{field[Inode]}]").ToHashSet();
        return Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder))
            .FirstOrDefault(name => char.IsAsciiDigit(name[0]) && Holds(name, sockets));
    }

    private static bool Holds(string pid, HashSet<string> sockets)
    {
        try
        {
            return new DirectoryInfo($"/proc/{pid}/fd").EnumerateFileSystemInfos()
                .Any(file => file.LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return false;
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
