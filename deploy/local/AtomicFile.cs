namespace Ax2.Local;

/// <summary>Files that are there completely or not at all: written under another name and then renamed.</summary>
internal static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string path, byte[] content) => Write(path, content, mode: null);

    /// <summary>Readable by its owner only, from the first moment on; so is its folder when it is made here.</summary>
    public static void WriteSecret(string path, byte[] content) => Write(path, content, OwnerOnly);

    private static void Write(string path, byte[] content, UnixFileMode? mode)
    {
        MakeFolder(Path.GetDirectoryName(path)!, mode);
        // Beside the target, or the rename would not be one step.
        var partial = $"{path}.{Environment.ProcessId}.partial";
        File.Delete(partial);
        try
        {
            using (var file = new FileStream(partial, Options(mode)))
                file.Write(content);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static void MakeFolder(string folder, UnixFileMode? mode)
    {
        if (mode is null || OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, mode.Value | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions Options(UnixFileMode? mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        return options;
    }
}
