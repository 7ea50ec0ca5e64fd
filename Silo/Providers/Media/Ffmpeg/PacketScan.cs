using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Ax2.Media;

/// <summary>What reading every packet of the audio streams found, whatever the header says.</summary>
/// <param name="EndSeconds">When the last packet ends, from the start of the file.</param>
/// <param name="Packets">By stream index.</param>
internal sealed partial record PacketScan(double EndSeconds, ImmutableDictionary<int, long> Packets, bool IsTruncated)
{
    public static PacketScan Parse(ToolResult result) => new(
        OutTime().Matches(result.Output).Select(m => Number(m.Groups[1]) / 1e6).DefaultIfEmpty(0).Max(),
        PacketCount().Matches(result.Errors)
            .ToImmutableDictionary(m => (int)Number(m.Groups[1]), m => Number(m.Groups[2])),
        MediaFaults.IsTruncated(result.Errors));

    /// <summary>A stream that the tool does not count is not called empty for it.</summary>
    public bool HasPackets(int stream) => Packets.GetValueOrDefault(stream, 1) > 0;

    private static long Number(Group group) =>
        long.TryParse(group.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : 0;

    [GeneratedRegex(@"^out_time_us=(-?\d{1,18})\s*$", RegexOptions.Multiline)]
    private static partial Regex OutTime();

    [GeneratedRegex(
        @"^\[verbose\]\s+Input stream #0:(\d{1,4}) \(audio\): (\d{1,18}) packets read", RegexOptions.Multiline)]
    private static partial Regex PacketCount();
}
