using System.Collections.Immutable;

namespace Ax2.Media;

/// <summary>Makes the service's description of a file from what the header says and what its packets showed.</summary>
internal static class MediaShape
{
    /// <summary>Headers round, and count the encoder's padding or not.</summary>
    private const double SlackSeconds = 1;
    private const double SlackShare = 0.02;

    /// <param name="endSeconds">When each of the audio streams ends.</param>
    public static MediaInfo Describe(ProbeHeader header, ProbeStream[] audio, double[] endSeconds)
    {
        var streams = audio.Zip(endSeconds, Describe).ToImmutableArray();
        var video = header.Streams!
            .FirstOrDefault(s => s.CodecType == "video" && s.Disposition is not { AttachedPic: 1 });
        var container = Container(header, video is not null);
        return new MediaInfo(
            container, Math.Max(Milliseconds(header.FileSeconds ?? 0), streams.Max(s => s.DurationMs)), streams,
            video is null ? null : new VideoStream(video.CodecName ?? "unknown", video.Width, video.Height));
    }

    /// <summary>
    /// A refusal when the audio ends well before the header's time: the rest of the file is not there.
    /// </summary>
    public static Refusal? FindMissingEnd(ProbeHeader header, ProbeStream[] audio, PacketScan scan)
    {
        var declared = audio.Max(s => header.EndSeconds(s) ?? 0);
        return declared - scan.EndSeconds > Slack(declared)
            ? MediaFaults.Truncated(Milliseconds(declared), Milliseconds(scan.EndSeconds))
            : null;
    }

    private static AudioStream Describe(ProbeStream stream, double endSeconds) => new(
        stream.Index, stream.CodecName!, stream.Channels, stream.SampleRate, Milliseconds(endSeconds),
        Language(stream.Tags?.Language), stream.Disposition is { Default: 1 });

    private static string Container(ProbeHeader header, bool hasVideo)
    {
        var names = header.Format!.FormatName ?? "";
        if (names.StartsWith("mov,", StringComparison.Ordinal))
            return (header.Format.Tags?.MajorBrand ?? "").StartsWith("qt", StringComparison.Ordinal) ? "mov"
                : hasVideo ? "mp4" : "m4a";
        if (names.StartsWith("matroska,", StringComparison.Ordinal)) return IsWebM(header) ? "webm" : "matroska";
        return names.Split(',')[0];
    }

    /// <summary>The tool does not distinguish Matroska from WebM, which is Matroska with these codecs.</summary>
    private static bool IsWebM(ProbeHeader header) => header.Streams!
        .Where(s => s.CodecType is "audio" or "video")
        .All(s => s.CodecName is "vp8" or "vp9" or "av1" or "opus" or "vorbis");

    private static string? Language(string? tag) =>
        tag is { Length: 2 or 3 } and not "und" && tag.All(char.IsAsciiLetterLower) ? tag : null;

    private static double Slack(double seconds) => Math.Max(SlackSeconds, seconds * SlackShare);

    private static long Milliseconds(double seconds) => (long)Math.Ceiling(Math.Min(seconds, 1e12) * 1000);
}
