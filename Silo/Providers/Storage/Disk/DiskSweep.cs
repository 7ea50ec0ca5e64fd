namespace Ax2.Media;

/// <summary>
/// Removes what a killed process left half done, and empty folders. Several processes may share the store and sweep at
/// once.
/// </summary>
internal sealed class DiskSweep(DiskStoreOptions options, TimeProvider time) : BackgroundService
{
    /// <summary>
    /// A process of a version that did not remove folders makes one before it writes, and not again.
    /// </summary>
    private static readonly TimeSpan MinAge = TimeSpan.FromHours(1);

    private readonly DiskObjectLayout _layout = new(options.Folder);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _layout.CreateFolders();
        var temporary = new DirectoryInfo(_layout.Temporary);
        foreach (var folder in temporary.EnumerateDirectories()) RemoveTree(folder.FullName);
        foreach (var file in temporary.EnumerateFiles()) RemoveUnlessWritten(file.FullName);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Removes a folder that others may be writing to: first out of their sight by a rename, so that a writer finds it
    /// whole or not at all.
    /// </summary>
    public static void Remove(string folder, string temporary)
    {
        DiskObjectLayout.CreateFolder(temporary);
        var hidden = Path.Combine(temporary, DiskObjectLayout.NewName());
        try
        {
            Directory.Move(folder, hidden);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
        RemoveTree(hidden);
    }

    /// <summary>Removes the folders between a removed file and the root, as far up as they are empty.</summary>
    public static void RemoveEmptyAbove(string file, string root)
    {
        var folder = Path.GetDirectoryName(file)!;
        while (folder != root && TryRemoveEmpty(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
    }

    /// <summary>Once, beside everything else: there may be as many folders as there ever were jobs.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => RemoveEmptyBelow(new DirectoryInfo(_layout.Objects), stoppingToken), CancellationToken.None);

    private void RemoveEmptyBelow(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var below in folder.EnumerateDirectories())
            {
                if (cancellationToken.IsCancellationRequested) return;
                // Asked before what is in it goes, which counts as a change.
                var isOld = below.LastWriteTimeUtc < time.GetUtcNow() - MinAge;
                RemoveEmptyBelow(below, cancellationToken);
                if (isOld)
                {
                    TryRemoveEmpty(below.FullName);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It just went, or is not ours to look into: the next start comes by again.
        }
    }

    /// <summary>False when there is something in it. The system removes no folder that is not empty.</summary>
    private static bool TryRemoveEmpty(string folder)
    {
        try
        {
            if (Directory.EnumerateFileSystemEntries(folder).Any()) return false;
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody has just put something into it.
            return false;
        }
    }

    private static void RemoveTree(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process sweeps too.
        }
    }

    /// <summary>
    /// A writer holds its file locked until it is renamed or removed; the lock ends with the process.
    /// </summary>
    private static void RemoveUnlessWritten(string file)
    {
        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) File.Delete(file);
        }
        catch (IOException)
        {
            // It is being written, or just went.
        }
    }
}
