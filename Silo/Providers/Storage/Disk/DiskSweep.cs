namespace Ax2.Media;

/// <summary>
/// Removes what a killed process left half done. Several processes may share the store and sweep at once.
/// </summary>
internal sealed class DiskSweep(DiskStoreOptions options) : IHostedService
{
    private readonly DiskObjectLayout _layout = new(options.Folder);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _layout.CreateFolders();
        var temporary = new DirectoryInfo(_layout.Temporary);
        foreach (var folder in temporary.EnumerateDirectories()) RemoveTree(folder.FullName);
        foreach (var file in temporary.EnumerateFiles()) RemoveUnlessWritten(file.FullName);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
