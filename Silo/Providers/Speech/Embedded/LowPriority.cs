using System.Runtime.InteropServices;

namespace Ax2.Captions.Speech;

/// <summary>
/// Lets a thread compute with what the others leave: grains, the API and other services of the machine answer first,
/// and the silos of a cluster answer probes under full load. <see cref="Thread.Priority"/> does nothing on Linux.
/// </summary>
internal static class LowPriority
{
    /// <summary>
    /// About a tenth of a processor that somebody else wants too. Not less: a collection waits until this thread has
    /// come to a safe point.
    /// </summary>
    internal const int Niceness = 10;

    /// <summary>It can never be taken back. Elsewhere than on Linux the call would be for the whole process.</summary>
    public static void ApplyToThisThread()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = AddNiceness(Niceness);
        }
    }

    [DllImport("libc", EntryPoint = "nice")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AddNiceness(int more);
}
