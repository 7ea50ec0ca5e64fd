using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Ax2.TestKit.Media;

/// <summary>
/// A file system that is full after some kilobytes, as a full disk is: in memory, in a mount namespace of its own, and
/// gone with its object or this process. Linux only, with the right to make namespaces.
/// </summary>
public sealed class SmallDisk : IDisposable
{
    /// <summary>The shell becomes the process that holds the namespace, until its input ends.</summary>
    private const string MountAndWait = """mount -t tmpfs -o size="$1" tmpfs "$0" && echo mounted && exec cat""";

    private readonly string _mountPoint = Directory.CreateTempSubdirectory("ax2-small-").FullName;
    private readonly Process _holder;

    private SmallDisk(int kilobytes)
    {
        var size = kilobytes.ToString(CultureInfo.InvariantCulture) + "k";
        var start = new ProcessStartInfo(
            "unshare", ["--user", "--map-root-user", "--mount", "/bin/sh", "-c", MountAndWait, _mountPoint, size])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _holder = Process.Start(start)!;
    }

    /// <summary>Seen from outside of the namespace.</summary>
    public string Folder => $"/proc/{_holder.Id}/root{_mountPoint}";

    /// <summary>Skips the test where that is not allowed; in CI it fails.</summary>
    public static SmallDisk MountOrSkip(int kilobytes)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/unshare"))
        {
            MissingTool.SkipOrFail("unshare", "Linux, package util-linux");
        }

        var disk = new SmallDisk(kilobytes);
        if (disk._holder.StandardOutput.ReadLine() != "mounted")
        {
            var reason = disk._holder.StandardError.ReadToEnd().Trim();
            disk.Dispose();
            MissingTool.SkipOrFail("a mount namespace", $"allow user namespaces ({reason})");
        }

        return disk;
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var file = new FileStream(
            Path.Combine(Folder, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void Free() => File.Delete(Path.Combine(Folder, "filler"));

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
        Directory.Delete(_mountPoint);
    }
}
