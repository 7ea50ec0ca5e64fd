using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Ax2.Captions.Formats;

/// <summary>
/// Reads WebVTT by the authoring grammar of the W3C (stricter than what players take): signature, blocks parted by
/// empty lines, comments and cues, times in order, cue text of spans and character references without tags.
/// </summary>
internal static partial class StrictWebVtt
{
    public static List<(long StartMs, long EndMs, string[] Lines)> Read(byte[] file)
    {
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file);
        Assert.DoesNotContain('\0', text);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        Assert.Matches("^\uFEFF?WEBVTT([ \t].*)?$", lines[0]);
        Assert.Equal("", lines[1]);
        var cues = new List<(long, long, string[])>();
        foreach (var block in Blocks(lines[2..]))
        {
            if (Regex.IsMatch(block[0], "^NOTE([ \t]|$)"))
                Assert.DoesNotContain(block, line => line.Contains("-->", StringComparison.Ordinal));
            else
                cues.Add(Cue(block));
        }

        for (var k = 1; k < cues.Count; k++)
            Assert.True(cues[k].Item1 >= cues[k - 1].Item1, "Starts do not go back.");
        return cues;
    }

    private static IEnumerable<List<string>> Blocks(string[] lines)
    {
        var block = new List<string>();
        foreach (var line in lines.Append(""))
        {
            if (line.Length > 0)
            {
                block.Add(line);
            }
            else if (block.Count > 0)
            {
                yield return block;
                block = [];
            }
        }
    }

    private static (long, long, string[]) Cue(List<string> block)
    {
        var at = block[0].Contains("-->", StringComparison.Ordinal) ? 0 : 1;
        var times = TimeLine().Match(block[at]);
        Assert.True(times.Success, block[at]);
        var (start, end) = (Ms(times, 1), Ms(times, 5));
        Assert.True(end > start);
        return (start, end, [.. block.Skip(at + 1).Select(Unescape)]);
    }

    private static string Unescape(string line)
    {
        Assert.DoesNotContain('<', line);
        Assert.DoesNotContain("-->", line, StringComparison.Ordinal);
        Assert.DoesNotMatch("&(?!(amp|lt|gt);)", line);
        return line.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal);
    }

    private static long Ms(Match times, int group)
    {
        // The hours may be missing; the zero before them makes that 0.
        var parts = Enumerable.Range(group, 4)
            .Select(k => long.Parse("0" + times.Groups[k].Value, CultureInfo.InvariantCulture)).ToArray();
        return (((((parts[0] * 60) + parts[1]) * 60) + parts[2]) * 1000) + parts[3];
    }

    [GeneratedRegex(@"^(?:([0-9]{2,}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})[ \t]+-->[ \t]+"
        + @"(?:([0-9]{2,}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})\z")]
    private static partial Regex TimeLine();
}
