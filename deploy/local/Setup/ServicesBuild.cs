using System.Text;

namespace Ax2.Local;

/// <summary>
/// The silo and the API as the stack runs them: a Release build, made again when their sources change.
/// </summary>
internal static class ServicesBuild
{
    internal static readonly string[] Sources =
    [
        "Silo", "Api", "Grains", "Grains.Interfaces", "Storage", "sql", "deploy/local/services.slnf",
        "Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig", "global.json",
    ];

    /// <summary>The assembly of a service.</summary>
    public static string Program(LocalLayout layout, string project) =>
        Path.Combine(layout.Repository, project, "bin", "Release", "net10.0", $"Ax2.{project}.dll");

    /// <summary>Builds unless the build is there and of these very sources. Two at once take turns.</summary>
    public static async Task EnsureAsync(
        LocalLayout layout, IProgress<string> progress, TimeProvider time, CancellationToken cancellationToken)
    {
        if (IsFresh(layout))
            return;
        using var held = await FileLock.AcquireAsync(Stamp(layout) + ".lock", time, cancellationToken);
        if (IsFresh(layout))
            return;
        progress.Report("building the silo and the API");
        // Taken before the build: what is edited meanwhile is not in it.
        var sources = Fingerprint(layout);
        await DotnetBuild.RunAsync(layout, "deploy/local/services.slnf", cancellationToken);
        AtomicFile.Write(Stamp(layout), Encoding.ASCII.GetBytes(sources));
    }

    private static bool IsFresh(LocalLayout layout) =>
        File.Exists(Program(layout, "Silo"))
        && File.Exists(Program(layout, "Api"))
        && File.Exists(Stamp(layout))
        && File.ReadAllText(Stamp(layout)) == Fingerprint(layout);

    private static string Fingerprint(LocalLayout layout) => SourceFingerprint.Of(layout.Repository, Sources);

    /// <summary>Beside the build output and not in the home: several homes may share one build.</summary>
    private static string Stamp(LocalLayout layout) =>
        Path.Combine(layout.Repository, "deploy", "local", "obj", "services.stamp");
}
