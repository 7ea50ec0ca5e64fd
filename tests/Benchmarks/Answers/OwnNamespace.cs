using System.Diagnostics;
using Ax2.Local;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// Runs this program again in a mount and process namespace of its own, which needs root and Linux. Its mounts and
/// whatever it started, supervised or not, end with it.
/// </summary>
internal static class OwnNamespace
{
    private const string Mark = "AX2_BENCH_NAMESPACE";

    /// <summary>The first process of the namespace: it reaps what others leave, and ends with its only child.</summary>
    private const string First = "\"$@\"; exit $?";

    public static bool IsInside => Environment.GetEnvironmentVariable(Mark) == "1";

    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && !IsInside;

    /// <returns>The exit code of the program.</returns>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string[] command =
        [
            "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "/bin/sh", "-c", First, "sh",
            Environment.ProcessPath!, .. arguments,
        ];
        using var temporary = new WorkFolder("ax2-answers-");
        var start = new ProcessStartInfo("unshare", command);
        start.Environment[Mark] = "1";
        start.Environment["TMPDIR"] = temporary.Path;
        using var process = Process.Start(start) ?? throw new SetupException("Could not start unshare.");
        await EndAsync(process, cancellationToken);
        return cancellationToken.IsCancellationRequested ? ExitCodes.Interrupted : process.ExitCode;
    }

    private static async Task EndAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // With it goes the first process of the namespace, and with that all others.
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
