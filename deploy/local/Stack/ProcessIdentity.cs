using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Ax2.Local;

/// <summary>
/// One process for good: its id and when it started. An id alone is given again to a stranger after a while, and a
/// stranger must never be stopped.
/// </summary>
/// <param name="Start">Opaque; equal for one process only, also over a reboot.</param>
public sealed record ProcessIdentity(int Pid, string Start)
{
    /// <summary>The running process of that id, or null. One that only waits to be reaped is none.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        var start = OperatingSystem.IsLinux() ? StartFromProc(pid) : StartFromSystem(pid);
        return start is null ? null : new ProcessIdentity(pid, start);
    }

    [JsonIgnore]
    public bool IsAlive => Of(Pid) == this;

    /// <summary>
    /// When the process started, in clock ticks since boot, from the text of <c>/proc/PID/stat</c>. Null for a zombie.
    /// The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    /// </summary>
    internal static string? StartTicks(string stat)
    {
        const int State = 0;
        const int StartTime = 19;
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length <= StartTime || fields[State] is "Z" or "X" ? null : fields[StartTime];
    }

    private static string? StartFromProc(int pid)
    {
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return StartTicks(File.ReadAllText($"/proc/{pid}/stat")) is { } ticks ? $"{boot}/{ticks}" : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? StartFromSystem(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.StartTime.Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
