using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Ax2.Media;

/// <summary>What ffprobe prints about a file, before any packet is looked at.</summary>
internal sealed partial record ProbeHeader(ProbeFormat? Format, ProbeStream[]? Streams)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    /// <summary>The durations are a guess from the bit rate, wrong for a variable one.</summary>
    public bool IsGuessed { get; private init; }

    public static ProbeHeader Parse(ToolResult result) => JsonSerializer.Deserialize<ProbeHeader>(result.Output, _json)!
        with { IsGuessed = result.Errors.Contains("Estimating duration from bitrate", StringComparison.Ordinal) };

    public double StartSeconds => Seconds(Format?.StartTime) ?? 0;

    /// <summary>How long the file says that it is, or null.</summary>
    public double? FileSeconds => IsGuessed ? null : Seconds(Format?.Duration);

    /// <summary>When the stream says that it ends, in seconds from the start of the file, or null.</summary>
    public double? EndSeconds(ProbeStream stream)
    {
        if (IsGuessed) return null;
        return Seconds(stream.Duration) is { } length
            ? (Seconds(stream.StartTime) ?? StartSeconds) - StartSeconds + length
            : TagSeconds(stream.Tags?.Duration) - StartSeconds;
    }

    /// <summary>Matroska's tag: the time of the stream's end, as <c>00:00:07.164000000</c>.</summary>
    private static double? TagSeconds(string? tag) =>
        tag is not null && ClockTime().Match(tag) is { Success: true } match
            ? Number(match.Groups[1]) * 3600 + Number(match.Groups[2]) * 60 + Number(match.Groups[3])
            : null;

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    private static double? Seconds(string? text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds)
            ? seconds
            : null;

    [GeneratedRegex(@"\A(\d{1,6}):(\d\d):(\d\d(?:\.\d{1,9})?)\z")]
    private static partial Regex ClockTime();
}

internal sealed record ProbeFormat(
    string? FormatName, string? Duration, string? StartTime, int ProbeScore, ProbeTags? Tags);

internal sealed record ProbeStream(
    int Index,
    string? CodecType,
    string? CodecName,
    int Channels,
    int SampleRate,
    string? Duration,
    string? StartTime,
    int Width,
    int Height,
    ProbeDisposition? Disposition,
    ProbeTags? Tags);

internal sealed record ProbeDisposition(int Default, int AttachedPic);

internal sealed record ProbeTags(
    string? Language, string? MajorBrand, [property: JsonPropertyName("DURATION")] string? Duration);
