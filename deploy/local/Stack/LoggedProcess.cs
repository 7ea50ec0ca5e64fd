using System.Diagnostics;

namespace Ax2.Local;

/// <summary>
/// Starts processes that write straight into a log file, not through a pipe of ours: so they outlive this process, and
/// nobody who waits for our own output waits for theirs.
/// </summary>
internal static class LoggedProcess
{
    /// <summary>This runtime's own <c>dotnet</c>.</summary>
    private static readonly string Dotnet =
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <param name="environment">Put over this process's own.</param>
    public static Process StartDotnet(
        IEnumerable<string> arguments, string log, string folder, IReadOnlyDictionary<string, string> environment)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        LogFile.Trim(log);
        // The shell opens the log and becomes the process, under the same id.
        const string Redirect = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";
        var start = new ProcessStartInfo("/bin/sh", ["-c", Redirect, "sh", log, Dotnet, .. arguments])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new SetupException($"Could not start {Dotnet}.");
    }

    /// <summary>Starts this very program with other arguments, our output and a pipe as its input.</summary>
    public static Process StartSelf(IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Dotnet, [Program, .. arguments])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        }) ?? throw new SetupException($"Could not start {Dotnet}.");

    public static string Program => typeof(LoggedProcess).Assembly.Location;
}
