using System.Text;

namespace Ax2.Local;

/// <summary>A log that a process writes by appending, kept within bounds.</summary>
internal static class LogFile
{
    public const long MaxBytes = 32 << 20;
    private const int TailLines = 20;
    private const int TailBytes = 16 << 10;

    /// <summary>As the services say it in their last line.</summary>
    private const string RefusedStart = " The start is refused. ";

    /// <summary>
    /// Moves what a log larger than <see cref="MaxBytes"/> holds to <c>NAME.1</c>. It is copied and cut, not renamed:
    /// its writer keeps the file open and goes on appending at the new end.
    /// </summary>
    public static void Trim(string path)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > MaxBytes })
            return;
        File.Copy(path, path + ".1", overwrite: true);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
    }

    /// <summary>For a message: where the log is and how it ends.</summary>
    public static string QuoteTail(string path) => $"The end of {path}:\n{Tail(path)}";

    /// <summary>Why the service that has just ended did not start, when it said so, else null.</summary>
    public static string? RefusalOf(string path)
    {
        var last = Tail(path).Split('\n')[^1];
        var at = last.IndexOf(RefusedStart, StringComparison.Ordinal);
        return at < 0 ? null : last[(at + RefusedStart.Length)..];
    }

    /// <summary>The last lines, or nothing when there is no such log.</summary>
    public static string Tail(string path)
    {
        if (!File.Exists(path))
            return "";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(file.Length, TailBytes), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(TailLines));
    }
}
