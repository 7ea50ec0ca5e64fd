using System.Globalization;

namespace Ax2.Media;

/// <summary>
/// One folder for each run of a tool, below one for this process. A lock that ends with the process shows which folders
/// belong to the living; process ids would not, since in a container every silo has the same.
/// </summary>
internal sealed class RunFolders : IDisposable
{
    private const string LockSuffix = ".lock";

    private readonly string _folder;
    private readonly FileStream _lock;
    private long _last;

    public RunFolders(string root)
    {
        DiskObjectLayout.CreateFolder(root);
        Sweep(root);
        _folder = Path.Combine(root, Guid.CreateVersion7().ToString("N"));
        _lock = Lock(_folder + LockSuffix, FileMode.CreateNew);
        Directory.CreateDirectory(_folder);
    }

    public string Create()
    {
        var name = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        return Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
    }

    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Removed before.
        }
    }

    public void Dispose()
    {
        Remove(_folder);
        File.Delete(_lock.Name);
        _lock.Dispose();
    }

    private static void Sweep(string root)
    {
        foreach (var path in Directory.EnumerateFiles(root, "*" + LockSuffix))
        {
            try
            {
                using var held = Lock(path, FileMode.Open);
                Remove(path[..^LockSuffix.Length]);
                File.Delete(path);
            }
            catch (IOException)
            {
                // Its process lives, or another one sweeps too.
            }
        }
    }

    private static FileStream Lock(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None);
}
