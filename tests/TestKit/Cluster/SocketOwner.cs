using System.Globalization;

namespace Ax2.TestKit.Cluster;

/// <summary>Which process holds the other end of a loopback connection. Linux only: it reads <c>/proc</c>.</summary>
internal static class SocketOwner
{
    /// <summary>The one of <paramref name="candidates"/> that connected from the local port, or null.</summary>
    internal static int? Of(int port, IEnumerable<int> candidates)
    {
        if (InodeOf(port) is not { } inode)
        {
            return null;
        }

        var link = $"socket:[{inode}]";
        return candidates.Select(pid => (int?)pid).FirstOrDefault(pid => Holds(pid!.Value, link));
    }

    private static string? InodeOf(int port)
    {
        const int LocalAddress = 1, Inode = 9;
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[LocalAddress].EndsWith(suffix, StringComparison.Ordinal) && fields[Inode] != "0")
            .Select(fields => fields[Inode])
            .FirstOrDefault();
    }

    private static bool Holds(int pid, string link)
    {
        try
        {
            return new DirectoryInfo($"/proc/{pid}/fd").EnumerateFiles().Any(file => file.LinkTarget == link);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
