using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Ax2.Local;

/// <summary>
/// <c>postmaster.pid</c>: a running server's mark in its data folder. After a crash it may name a stranger.
/// </summary>
internal sealed class PostmasterFile(string dataFolder)
{
    private const int PidLine = 0;
    private const int PortLine = 3;

    public string DataFolder { get; } = dataFolder;

    private string File => Path.Combine(DataFolder, "postmaster.pid");

    /// <summary>The server that runs on the folder, or null.</summary>
    public (int Pid, int Port)? Read()
    {
        var lines = Lines();
        return lines.Length > PortLine
            && int.TryParse(lines[PidLine], CultureInfo.InvariantCulture, out var pid)
            && int.TryParse(lines[PortLine], CultureInfo.InvariantCulture, out var port)
            && IsServer(pid)
                ? (pid, port)
                : null;
    }

    /// <summary>
    /// PostgreSQL believes a mark whose process id is alive, and after a reboot or in a new container that id may be
    /// anyone's; then the mark must go, or the server never starts again.
    /// </summary>
    public void RemoveStale()
    {
        if (Lines() is [var first, ..]
            && int.TryParse(first, CultureInfo.InvariantCulture, out var pid)
            && !IsServer(pid))
            System.IO.File.Delete(File);
    }

    private string[] Lines()
    {
        try
        {
            return System.IO.File.ReadAllLines(File);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>A server on this very folder: its command line names it.</summary>
    private bool IsServer(int pid)
    {
        var commandLine = OperatingSystem.IsLinux() ? FromProc(pid) : FromPs(pid);
        return commandLine.Contains(DataFolder, StringComparison.Ordinal)
            && commandLine.Contains("postgres", StringComparison.Ordinal);
    }

    private static string FromProc(int pid)
    {
        try
        {
            return System.IO.File.ReadAllText($"/proc/{pid}/cmdline", Encoding.UTF8);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string FromPs(int pid)
    {
        string[] arguments = ["-ww", "-o", "command=", "-p", $"{pid}"];
        var start = new ProcessStartInfo("ps", arguments) { RedirectStandardOutput = true };
        using var ps = Process.Start(start)!;
        return ps.StandardOutput.ReadToEnd();
    }
}
