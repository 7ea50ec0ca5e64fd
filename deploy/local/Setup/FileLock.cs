namespace Ax2.Local;

/// <summary>
/// A lock between processes: an empty file held open. The system frees it when its holder ends, however it ends; the
/// file itself stays, because removing it would let two holders lock two different files of one name.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);
    // EWOULDBLOCK. Any other failure, such as a full disk, is one: waiting would not help.
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    public static async Task<FileLock> AcquireAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(path) is { } acquired)
                return acquired;
            await Task.Delay(RetryEvery, time, cancellationToken);
        }
    }

    /// <summary>Null when someone else holds it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (held.HResult is HeldOnLinux or HeldOnMac)
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}
