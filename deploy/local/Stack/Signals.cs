using System.Runtime.InteropServices;

namespace Ax2.Local;

/// <summary>The two system calls that .NET does not offer.</summary>
internal static class Signals
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Asks the process to end and waits; one that has not ended after <paramref name="timeout"/> is killed.
    /// A process that is gone, or whose id is someone else's now, is left alone.
    /// </summary>
    /// <returns>False when it had to be killed.</returns>
    public static async Task<bool> StopAsync(ProcessIdentity process, TimeSpan timeout, TimeProvider time)
    {
        if (!process.IsAlive)
            return true;
        _ = SendSignal(process.Pid, Terminate);
        if (await EndsAsync(process, timeout, time))
            return true;
        if (process.IsAlive)
            _ = SendSignal(process.Pid, Kill);
        await EndsAsync(process, timeout, time);
        return false;
    }

    /// <summary>Leaves the terminal's process group, so that its Ctrl-C reaches only the one who asked.</summary>
    public static void StartSession() => _ = SetSid();

    private static async Task<bool> EndsAsync(ProcessIdentity process, TimeSpan timeout, TimeProvider time)
    {
        var since = time.GetTimestamp();
        while (process.IsAlive)
        {
            if (time.GetElapsedTime(since) > timeout)
                return false;
            await Task.Delay(LookEvery, time);
        }
        return true;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int pid, int signal);

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static extern int SetSid();
}
