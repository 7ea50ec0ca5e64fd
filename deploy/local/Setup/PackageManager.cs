using System.Diagnostics;

namespace Ax2.Local;

/// <summary>A package manager of the system.</summary>
/// <param name="Commands">Run in this order; the packages are put behind the last.</param>
internal sealed record PackageManager(string Program, string[][] Commands, bool NeedsRoot = true)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    /// <summary>Pauses before another try: a mirror may fail for a moment.</summary>
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    private static readonly string[] AptGet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];

    public static IReadOnlyList<PackageManager> Known { get; } =
    [
        new("apt-get",
            [[.. AptGet, "update", "-qq"], [.. AptGet, "install", "-y", "-qq", "--no-install-recommends"]]),
        new("dnf", [["dnf", "install", "-y"]]),
        new("apk", [["apk", "add"]]),
        new("pacman", [["pacman", "-Sy", "--noconfirm"]]),
        new("zypper", [["zypper", "--non-interactive", "install"]]),
        new("brew", [["brew", "install"]], NeedsRoot: false),
    ];

    /// <summary>This machine's.</summary>
    public static PackageManager? Find() =>
        Known.FirstOrDefault(manager => SystemPackage.OnPath(manager.Program) is not null);

    public IReadOnlyList<string[]> Install(IEnumerable<string> packages) =>
        [.. Commands[..^1], [.. Commands[^1], .. packages]];

    /// <summary>
    /// What to put before a command so that it may install, or null when that is not possible.
    /// </summary>
    /// <param name="mayAsk">A person is at the terminal: sudo may ask for a password.</param>
    public async Task<string[]?> PrefixAsync(bool mayAsk, CancellationToken cancellationToken)
    {
        if (!NeedsRoot || Environment.IsPrivilegedProcess)
            return [];
        if (SystemPackage.OnPath("sudo") is null)
            return null;
        if (mayAsk)
            return ["sudo"];
        return await ExitCodeAsync(["sudo", "-n", "true"], cancellationToken) == 0 ? ["sudo", "-n"] : null;
    }

    /// <summary>Runs the commands to their end, a few times when one fails.</summary>
    public static async Task RunAsync(
        IReadOnlyList<string[]> commands, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (await FirstFailureAsync(commands, time, cancellationToken) is not { } failure)
                return;
            if (attempt == RetryDelays.Length)
                throw new SetupException(failure);
            await Console.Error.WriteLineAsync(
                $"ax2: {failure} Again in {RetryDelays[attempt].TotalSeconds:0} s …");
            await Task.Delay(RetryDelays[attempt], time, cancellationToken);
        }
    }

    private static async Task<string?> FirstFailureAsync(
        IReadOnlyList<string[]> commands, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        foreach (var command in commands)
        {
            var code = await ExitCodeAsync(command, either.Token);
            if (code != 0)
                return $"'{string.Join(' ', command)}' ended with {code}.";
        }
        return null;
    }

    private static async Task<int> ExitCodeAsync(string[] command, CancellationToken cancellationToken)
    {
        // What an installer says is not our answer: it goes to the error stream.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >&2", "sh", .. command])
        {
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start) ?? throw new SetupException($"Could not start {command[0]}.");
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
