using System.Text.Json;
using Ax2.Local.Client;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class ProgressTests
{
    [Fact]
    public void Line_OfARunningJob_HasStagePercentAndTimeLeft() =>
        Assert.Equal("transcribing  42 %  about 1 min 05 s left", ProgressLine.Of(Job("transcribing", 42.9)));

    [Fact]
    public void Line_OfAJobThatIsOver_SaysNothingOfTimeLeft() =>
        Assert.Equal("done         100 %", ProgressLine.Of(Job("done", 100)));

    [Fact]
    public void Line_AlmostDone_DoesNotSayAHundred() =>
        Assert.StartsWith("transcribing  99 %", ProgressLine.Of(Job("transcribing", 99.99)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 10, "uploading      0 %")]
    [InlineData(9, 10, "uploading     90 %")]
    [InlineData(0, 0, "uploading    100 %")]
    public void Line_OfAnUpload_HasItsPercent(long sent, long size, string line) =>
        Assert.Equal(line, ProgressLine.OfUpload(sent, size));

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0.2, "1 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min 00 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(3725, "1 h 02 min")]
    public void Duration_InWords_IsShort(double seconds, string text) =>
        Assert.Equal(text, ProgressLine.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Display_NoTerminal_WritesALineForEachStageAndTenth()
    {
        using var output = new StringWriter();
        using var display = new ProgressDisplay(output, width: null);

        foreach (var percent in new[] { 1.0, 2, 9, 10, 11, 25 })
            display.Show(Job("transcribing", percent));
        display.Show(Job("storing", 25));

        Assert.Equal(
            ["transcribing   1 %", "transcribing  10 %", "transcribing  25 %", "storing       25 %"],
            Lines(output).Select(line => line[..18]));
    }

    [Fact]
    public void Display_Terminal_StaysOnOneLineWithinItsWidthAndClearsIt()
    {
        using var output = new StringWriter();

        using (var display = new ProgressDisplay(output, width: 20))
            display.Show(Job("transcribing", 42));

        Assert.Equal("\r\e[Ktranscribing  42 % \r\e[K", output.ToString());
    }

    private static string[] Lines(StringWriter output) =>
        output.ToString().Split(output.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private static Job Job(string stage, double percent) =>
        JsonSerializer.Deserialize<Job>(JobJson.Of(stage, percent), JsonSerializerOptions.Web)!;
}
