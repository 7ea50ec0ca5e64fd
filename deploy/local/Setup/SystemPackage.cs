using System.Diagnostics;

namespace Ax2.Local;

/// <summary>
/// A program that comes from the system's package manager when it is not on the PATH: the one thing that set-up
/// installs outside the project's own folders, and it says so first.
/// </summary>
/// <param name="Programs">All must be on the PATH.</param>
/// <param name="Packages">What holds them, by most package managers' names.</param>
/// <param name="OtherNames">What holds them for a package manager that has other names.</param>
internal sealed record SystemPackage(
    string Name, string[] Programs, string[] Packages, IReadOnlyDictionary<string, string[]> OtherNames)
{
    public static readonly SystemPackage Ffmpeg = new("ffmpeg", ["ffmpeg", "ffprobe"], ["ffmpeg"],
        new Dictionary<string, string[]> { ["dnf"] = ["ffmpeg-free"] });

    public static readonly SystemPackage Npm = new("npm", ["npm"], ["nodejs", "npm"],
        new Dictionary<string, string[]> { ["brew"] = ["node"] });

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly PackageManager[] Managers =
    [
        new("apt-get", [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]]),
        new("dnf", [["dnf", "install", "-y"]]),
        new("apk", [["apk", "add"]]),
        new("pacman", [["pacman", "-Sy", "--noconfirm"]]),
        new("zypper", [["zypper", "--non-interactive", "install"]]),
        new("brew", [["brew", "install"]], NeedsRoot: false),
    ];

    /// <summary>The first program's path when all are there, else null.</summary>
    public string? Find() => Programs.All(program => OnPath(program) is not null) ? OnPath(Programs[0]) : null;

    /// <summary>
    /// Installs what is missing. Throws <see cref="SetupException"/> with the command to run by hand when that is not
    /// possible here.
    /// </summary>
    public async Task EnsureAsync(IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Find() is not null)
            return;
        var manager = Managers.FirstOrDefault(candidate => OnPath(candidate.Program) is not null)
            ?? throw new SetupException($"{Name} is missing and no package manager is known here: install {Name}.");
        var commands = manager.Install(OtherNames.GetValueOrDefault(manager.Program, Packages));
        var byHand = string.Join(" && ", commands.Select(command => string.Join(' ', command)));
        var prefix = await PrefixAsync(manager, cancellationToken)
            ?? throw new SetupException($"{Name} is missing. As root, run: {byHand}");
        progress.Report($"{Name} is missing: installing it with {manager.Program} ({byHand})");
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        foreach (var command in commands)
            await RunAsync([.. prefix, .. command], either.Token);
        if (Find() is null)
            throw new SetupException($"{manager.Program} has run, but {Name} is still not on the PATH.");
    }

    /// <summary>What to put before a command so that it may install; null when that would take a password.</summary>
    private static async Task<string[]?> PrefixAsync(PackageManager manager, CancellationToken cancellationToken)
    {
        if (!manager.NeedsRoot || Environment.IsPrivilegedProcess)
            return [];
        return OnPath("sudo") is not null && await ExitCodeAsync(["sudo", "-n", "true"], cancellationToken) == 0
            ? ["sudo", "-n"]
            : null;
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        var code = await ExitCodeAsync(command, cancellationToken);
        if (code != 0)
            throw new SetupException($"'{string.Join(' ', command)}' ended with {code}.");
    }

    private static async Task<int> ExitCodeAsync(string[] command, CancellationToken cancellationToken)
    {
        // What an installer says is not our answer: it goes to the error stream.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >&2", "sh", .. command])
        {
            RedirectStandardInput = true,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start) ?? throw new SetupException($"Could not start {command[0]}.");
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <param name="Commands">Run in this order; the packages are put behind the last.</param>
    private sealed record PackageManager(string Program, string[][] Commands, bool NeedsRoot = true)
    {
        public string[][] Install(IEnumerable<string> packages) => [.. Commands[..^1], [.. Commands[^1], .. packages]];
    }
}
