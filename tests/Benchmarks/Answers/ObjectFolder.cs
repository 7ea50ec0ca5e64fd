using System.Diagnostics;
using Ax2.Local;

namespace Ax2.Benchmarks.Answers;

/// <summary>
/// The object store's folder as a small file system that can be filled and closed to writers. It is mounted in the
/// mount namespace of this process, which the stack shares and which ends with it: nothing is left behind.
/// </summary>
internal sealed class ObjectFolder(string path)
{
    private const string Size = "1g";
    private const UnixFileMode Everything = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan TopUpEvery = TimeSpan.FromMilliseconds(100);

    private string Filler => Path.Combine(path, "filler");

    public async Task MountAsync()
    {
        Directory.CreateDirectory(path);
        if (OwnNamespace.IsInside)
        {
            await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Size},mode=755", "none", path);
        }
    }

    /// <summary>No byte is free for so long, however much is deleted meanwhile.</summary>
    public async Task KeepFullAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (!OwnNamespace.IsInside)
        {
            throw new SetupException(
                "disk_full needs a small file system of its own, and this process may not mount one: run it as root.");
        }

        try
        {
            var block = new byte[1 << 20];
            await using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, 0);
            var begun = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(begun) < duration)
            {
                Fill(file, block);
                await Task.Delay(TopUpEvery, TimeProvider.System, cancellationToken);
            }
        }
        finally
        {
            File.Delete(Filler);
        }
    }

    public async Task CloseToWritersAsync()
    {
        if (OwnNamespace.IsInside)
        {
            // A second view of the folder over the first: who has a file open goes on, who opens one meets the new.
            await RunAsync("mount", "--bind", path, path);
            await RunAsync("mount", "-o", "remount,bind,ro", path);
        }
        else if (Environment.IsPrivilegedProcess)
        {
            throw new SetupException("objects_read_only needs a mount namespace: root may write to any folder.");
        }
        else
        {
            SetModes(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public async Task OpenToWritersAsync()
    {
        if (OwnNamespace.IsInside)
        {
            await RunAsync("umount", "--lazy", path);
        }
        else
        {
            SetModes(Everything);
        }
    }

    /// <summary>Down to the last bytes: a write that does not fit is tried with half as much.</summary>
    private static void Fill(FileStream file, byte[] block)
    {
        for (var length = block.Length; length > 0;)
        {
            try
            {
                file.Write(block, 0, length);
            }
            catch (IOException)
            {
                length /= 2;
            }
        }
    }

    private void SetModes(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new SetupException("objects_read_only is not possible here.");
        }

        foreach (var folder in Directory.GetDirectories(path, "*", SearchOption.AllDirectories).Append(path))
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new SetupException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
