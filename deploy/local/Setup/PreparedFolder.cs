using System.Security.Cryptography;

namespace Ax2.Local;

/// <summary>
/// A folder that is there completely or not at all: it is filled under another name and then renamed. Any number of
/// processes may ask for the same one at once; one fills it and the others wait.
/// </summary>
internal static class PreparedFolder
{
    public static async Task EnsureAsync(
        string target,
        Func<string, CancellationToken, Task> fill,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (Directory.Exists(target))
            return;
        using var held = await FileLock.AcquireAsync(target + ".lock", time, cancellationToken);
        if (Directory.Exists(target))
            return;
        var staging = target + ".partial";
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        try
        {
            Directory.CreateDirectory(staging);
            await fill(staging, cancellationToken);
            OpenToAll(staging);
            Directory.Move(staging, target);
        }
        finally
        {
            if (Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
        }
    }

    /// <summary>Throws when the file is not the very one that was pinned.</summary>
    public static async Task VerifySha256Async(string path, string sha256, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        if (actual != sha256)
            throw new IntegrityException($"{Path.GetFileName(path)} has SHA-256 {actual}, expected {sha256}.");
    }

    /// <summary>Readable by all whatever the umask: PostgreSQL may run as another user than set-up.</summary>
    private static void OpenToAll(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var inside = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories);
        foreach (var path in inside.Append(folder))
        {
            var mode = File.GetUnixFileMode(path) | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            if (mode.HasFlag(UnixFileMode.UserExecute))
                mode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            File.SetUnixFileMode(path, mode);
        }
    }
}
