using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using CsCheck;
using Xunit;

namespace Ax2.Captions.Formats;

public sealed class CaptionFormatsTests
{
    private static readonly CaptionTrack Track = new(
        Guid.Empty, Guid.Empty, "ko", "회의 <1> & \"둘\"\n--> 끝", 400_000_000,
        [
            new Cue(0, 1_500, ["안녕하세요, 여러분."]),
            new Cue(61_083, 63_999, ["Tom & Jerry <b>said</b>", "a --> b 🎬"]),
            new Cue(360_000_007, 360_002_000, ["{\\an8}שלום"]),
        ]);

    private static readonly Gen<string> AnyLine = Gen.Frequency(
        (3, Gen.String),
        (3, Gen.Int[0, 15].Select(k => ((string[])
        [
            "", " ", "-->", "--->", "---->-->", "<script>alert(1)</script>", "&amp;", "&lt;&", "\0\u0007", "42",
            "a\r\n\r\n1\r\n00:00:01,000 --> 00:00:02,000\r\nb", "a\n\n\nb\u2028c\u0085d", "WEBVTT", "NOTE x", "\uFEFF",
            "\uD83D",
        ])[k])),
        (1, Gen.Select(Gen.String, Gen.String, (a, b) => a + "-->" + b)));

    private static readonly Gen<CaptionTrack> AnyTrack =
        Gen.Select(AnyLine.Array[0, 3], Gen.Long[0, 5_000], Gen.Long[1, 500_000_000]).Array[0, 20]
            .SelectMany(cues => Gen.Select(AnyLine, title =>
            {
                long clock = 0;
                return Track with
                {
                    Title = title,
                    Cues = [.. cues.Select(cue => new Cue(clock += cue.Item2, clock + cue.Item3, [.. cue.Item1]))],
                };
            }));

    [Fact]
    public void ById_All_ExactlyTheIds() =>
        Assert.Equal(CaptionFormatIds.All.Order(), CaptionFormats.ById.Keys.Order());

    [Fact]
    public void SubRip_Track_IsThisFile() => Assert.Equal(
        """
        1
        00:00:00,000 --> 00:00:01,500
        안녕하세요, 여러분.

        2
        00:01:01,083 --> 00:01:03,999
        Tom & Jerry <b>said</b>
        a → b 🎬

        3
        100:00:00,007 --> 100:00:02,000
        {\an8}שלום


        """.ReplaceLineEndings("\r\n"), Text(CaptionFormatIds.SubRip, Track));

    [Fact]
    public void WebVtt_Track_IsThisFile() => Assert.Equal(
        """
        WEBVTT

        NOTE
        Language: ko
        Title: 회의 <1> & "둘" → 끝

        00:00:00.000 --> 00:00:01.500
        안녕하세요, 여러분.

        00:01:01.083 --> 00:01:03.999
        Tom &amp; Jerry &lt;b&gt;said&lt;/b&gt;
        a --&gt; b 🎬

        100:00:00.007 --> 100:00:02.000
        {\an8}שלום

        """.ReplaceLineEndings("\n"), Text(CaptionFormatIds.WebVtt, Track));

    [Fact]
    public void Json_Track_IsThisFile() => Assert.Equal(
        """
        {
          "language": "ko",
          "title": "회의 <1> & \"둘\"\n--> 끝",
          "durationMs": 400000000,
          "cues": [
            {
              "index": 1,
              "startMs": 0,
              "endMs": 1500,
              "lines": [
                "안녕하세요, 여러분."
              ]
            }
          ]
        }
        """.ReplaceLineEndings("\n"), Text(CaptionFormatIds.Json, Track with { Cues = [Track.Cues[0]] }));

    [Fact]
    public void PlainText_Pauses_MakeParagraphs()
    {
        var track = Track with
        {
            Cues =
            [
                new Cue(0, 2_000, ["Good morning,", "everyone."]), new Cue(2_083, 4_000, ["Let's begin."]),
                new Cue(5_499, 7_000, ["Still the same."]), new Cue(8_500, 9_000, ["A new one."]),
            ],
        };
        Assert.Equal(
            "Good morning, everyone. Let's begin. Still the same.\n\nA new one.\n",
            Text(CaptionFormatIds.Text, track));
    }

    [Fact]
    public void PlainText_LongParagraph_EndsAtAShortPause()
    {
        var cues = Enumerable.Range(0, 20).Select(k => new Cue(k * 3_000, (k * 3_000) + 2_500, [new string('a', 100)]));
        var text = Text(CaptionFormatIds.Text, Track with { Cues = [.. cues] });
        Assert.Equal([6, 6, 6, 2], text.Split("\n\n").Select(paragraph => paragraph.Split(' ').Length));
    }

    [Fact]
    public void Write_NoCues_IsStillAFile()
    {
        var empty = Track with { Cues = [] };
        Assert.Equal("", Text(CaptionFormatIds.SubRip, empty));
        Assert.Equal("", Text(CaptionFormatIds.Text, empty));
        Assert.Empty(StrictWebVtt.Read(Bytes(CaptionFormatIds.WebVtt, empty)));
        Assert.Contains("\"cues\": []", Text(CaptionFormatIds.Json, empty), StringComparison.Ordinal);
    }

    [Fact]
    public void SubRip_AnyText_ReadsBackByTheStrictShape() => AnyTrack.Sample(track => AssertCues(
        Expected(track, line => line.Replace("-->", "→", StringComparison.Ordinal)),
        StrictSubRip.Read(Bytes(CaptionFormatIds.SubRip, track))));

    [Fact]
    public void WebVtt_AnyText_ReadsBackByTheGrammar() => AnyTrack.Sample(track => AssertCues(
        Expected(track, line => line), StrictWebVtt.Read(Bytes(CaptionFormatIds.WebVtt, track))));

    [Fact]
    public void Json_AnyText_ReadsBack() => AnyTrack.Sample(track =>
    {
        using var json = JsonDocument.Parse(Bytes(CaptionFormatIds.Json, track));
        var cues = json.RootElement.GetProperty("cues").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(1, cues.Length), cues.Select(cue => cue.GetProperty("index").GetInt32()));
        Assert.Equal(track.Cues.Select(cue => (cue.StartMs, cue.EndMs, WellFormed(cue.Text))), cues.Select(cue => (
            cue.GetProperty("startMs").GetInt64(), cue.GetProperty("endMs").GetInt64(),
            string.Join('\n', cue.GetProperty("lines").EnumerateArray().Select(line => line.GetString())))));
    });

    // Spaces, line ends and control characters are one space; a line or a cue of nothing else is left out.
    private static List<(long, long, string[])> Expected(CaptionTrack track, Func<string, string> written) =>
    [
        .. track.Cues
            .Select(cue => (cue.StartMs, cue.EndMs, Lines: cue.Lines.Select(Visible).Where(line => line != "")))
            .Where(cue => cue.Lines.Any())
            .Select(cue => (cue.StartMs, cue.EndMs, cue.Lines.Select(written).ToArray())),
    ];

    private static string Visible(string line)
    {
        var blanks = line.Where(c => char.IsWhiteSpace(c) || char.IsControl(c)).Append(' ').ToArray();
        return string.Join(' ', WellFormed(line).Split(blanks, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string WellFormed(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static void AssertCues(
        List<(long StartMs, long EndMs, string[] Lines)> expected,
        List<(long StartMs, long EndMs, string[] Lines)> actual) =>
        Assert.Equal(
            expected.Select(cue => (cue.StartMs, cue.EndMs, string.Join('\n', cue.Lines))),
            actual.Select(cue => (cue.StartMs, cue.EndMs, string.Join('\n', cue.Lines))));

    private static byte[] Bytes(string id, CaptionTrack track) => CaptionFormats.ById[id].Write(track);

    private static string Text(string id, CaptionTrack track) => Encoding.UTF8.GetString(Bytes(id, track));
}
