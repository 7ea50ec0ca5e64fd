using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Ax2.Captions.Formats;

/// <summary>Reads SubRip of the strict shape only: numbers in order, CR LF, text, one empty line.</summary>
internal static partial class StrictSubRip
{
    public static List<(long StartMs, long EndMs, string[] Lines)> Read(byte[] file)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file);
        Assert.False(text.StartsWith('\uFEFF'));
        Assert.Equal(text.Count(c => c == '\n'), text.Split("\r\n").Length - 1);
        Assert.Equal(text.Count(c => c == '\r'), text.Count(c => c == '\n'));
        var cues = new List<(long, long, string[])>();
        var lines = text.Split("\r\n");
        Assert.Equal("", lines[^1]);
        for (var at = 0; at < lines.Length - 1;)
        {
            Assert.Equal((cues.Count + 1).ToString(CultureInfo.InvariantCulture), lines[at++]);
            var times = TimeLine().Match(lines[at++]);
            Assert.True(times.Success);
            var end = Array.IndexOf(lines, "", at);
            Assert.True(end > at, "A cue has at least one line, and an empty line after it.");
            cues.Add((Ms(times, 1), Ms(times, 5), lines[at..end]));
            Assert.DoesNotContain(lines[at..end], line => line.Contains("-->", StringComparison.Ordinal));
            at = end + 1;
        }

        return cues;
    }

    private static long Ms(Match times, int group)
    {
        var parts = Enumerable.Range(group, 4)
            .Select(k => long.Parse(times.Groups[k].Value, CultureInfo.InvariantCulture)).ToArray();
        return (((((parts[0] * 60) + parts[1]) * 60) + parts[2]) * 1000) + parts[3];
    }

    [GeneratedRegex(@"^([0-9]{2,}):([0-5][0-9]):([0-5][0-9]),([0-9]{3}) --> "
        + @"([0-9]{2,}):([0-5][0-9]):([0-5][0-9]),([0-9]{3})\z")]
    private static partial Regex TimeLine();
}
