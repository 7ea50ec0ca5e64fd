using System.Runtime.InteropServices;
using System.Text;

namespace Ax2.Media;

/// <summary>Makes a written file durable under its name: after <see cref="Commit"/> it survives a power cut.</summary>
public static class DiskObjectFile
{
    /// <summary>Each further one means that somebody removed the folder once more.</summary>
    private const int MaxRenames = 100;

    private const int NoSuchEntry = 2;
    private const int NoSpaceLeft = 28;
    private const int QuotaExceededLinux = 122;
    private const int QuotaExceededMac = 69;

    /// <summary>
    /// A new file at <paramref name="path"/>. It is locked, which shows a sweep that its writer lives.
    /// </summary>
    public static FileStream Create(string path) =>
        new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);

    /// <summary>Flushes the file, gives it its name, replacing what was there, and flushes the folder.</summary>
    public static void Commit(FileStream file, string target)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Flush(flushToDisk: true);
        RenameInNewFolder(file.Name, target);
    }

    public static void Rename(string source, string target)
    {
        File.Move(source, target, overwrite: true);
        FlushFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>
    /// As <see cref="Rename"/>, and makes the folder. It goes with its last file, perhaps just before the rename: then
    /// it is made again.
    /// </summary>
    public static void RenameInNewFolder(string source, string target)
    {
        for (var renames = 1; ; renames++)
        {
            try
            {
                DiskObjectLayout.CreateFolder(Path.GetDirectoryName(target)!);
                Rename(source, target);
                return;
            }
            catch (IOException e) when (renames < MaxRenames && File.Exists(source) && !IsDiskFull(e))
            {
                // The source is where it was: nothing has happened.
            }
        }
    }

    /// <summary>True when the write failed because the disk, or the owner's share of it, is full.</summary>
    public static bool IsDiskFull(IOException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e.HResult is NoSpaceLeft or QuotaExceededLinux or QuotaExceededMac;
    }

    /// <summary>
    /// A rename is only durable once its folder is. .NET opens no folders, so this asks the C library. A folder that is
    /// gone was removed with the file that was renamed into it.
    /// </summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = OpenDescriptor([.. Encoding.UTF8.GetBytes(folder), 0], 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == NoSuchEntry) return;
            throw new IOException($"Cannot open '{folder}'.", error);
        }

        try
        {
            if (Flush(descriptor) != 0)
                throw new IOException($"Cannot flush '{folder}'.", Marshal.GetLastPInvokeError());
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenDescriptor(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
