using System.Globalization;
using System.Text;

namespace Ax2.Media;

/// <summary>What a file's bytes, and the tools' complaints about them, mean for the user.</summary>
internal static class MediaFaults
{
    private const int FirstSignalExitCode = 128;

    private static readonly string[] _truncated =
        ["partial file", "File ended prematurely", "moov atom not found"];

    /// <summary>
    /// Null for a plain file with something in it; anything else could block the tools or lead them away.
    /// </summary>
    public static Refusal? OfFile(string path) =>
        new FileInfo(path) is { Exists: true, Length: > 0, LinkTarget: null } ? null : NotMedia("The file is empty.");

    public static Refusal OfFailedHeader(string path, ToolResult result) =>
        result.ExitCode >= FirstSignalExitCode ? Unreadable()
        : result.Errors.Contains("moov atom not found", StringComparison.Ordinal) && IsMovie(path) ? Truncated(
            "The file is incomplete: its index (moov) is missing. Was the recording finished and the copy whole?")
        : NotMedia("This is no audio or video file of a kind that the service reads.");

    /// <summary>The tool takes any file for a movie when its name ends like one's.</summary>
    private static bool IsMovie(string path)
    {
        var start = new byte[8];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && Encoding.ASCII.GetString(start, 4, 4) is "ftyp" or "mdat" or "moov" or "wide" or "free" or "skip";
    }

    public static bool IsTruncated(string errors) => errors.Split('\n')
        .Any(line => IsError(line) && _truncated.Any(t => line.Contains(t, StringComparison.Ordinal)));

    public static Refusal NotMedia(string message) => new(MediaRefusals.NotMedia, message);

    public static Refusal NoAudio() => new(MediaRefusals.NoAudio, "The file has no audio stream.");

    public static Refusal AudioEmpty() => new(MediaRefusals.AudioEmpty, "The file's audio stream holds no sound.");

    public static Refusal Unreadable() =>
        new(MediaRefusals.MediaUnreadable, "The file's audio is damaged, or of a kind that the service does not read.");

    public static Refusal TooSlow(TimeSpan limit) => new(MediaRefusals.MediaUnreadable, string.Create(
        CultureInfo.InvariantCulture, $"The file could not be examined within {limit.TotalSeconds:0} s."));

    public static Refusal Truncated(string message) => new(MediaRefusals.MediaTruncated, message);

    public static Refusal Truncated(long declaredMs, long presentMs) => new(
        MediaRefusals.MediaTruncated, "The file is incomplete: it ends before the time that its header gives.",
        System.Collections.Immutable.ImmutableDictionary<string, long>.Empty
            .Add("declaredMs", declaredMs).Add("presentMs", presentMs));

    private static bool IsError(string line) =>
        line.Contains("[error]", StringComparison.Ordinal) || line.Contains("[fatal]", StringComparison.Ordinal);
}
