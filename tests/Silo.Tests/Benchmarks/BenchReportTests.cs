using System.Text.Json;
using Ax2.Benchmarks;
using Xunit;

namespace Ax2.Tests.Benchmarks;

public sealed class BenchReportTests
{
    [Fact]
    public async Task WriteAsync_Report_HasMetricsSeedMachineAndCommit()
    {
        var file = Path.GetTempFileName();
        try
        {
            await new BenchReport("made", [new("rounds", 3, "rounds")]) { Seed = 7 }.WriteAsync(file);

            using var json = JsonDocument.Parse(
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
            var report = json.RootElement;
            Assert.Equal("made", report.GetProperty("bench").GetString());
            Assert.Equal(7, report.GetProperty("seed").GetInt32());
            Assert.NotEmpty(report.GetProperty("machine").GetString()!);
            Assert.Equal(JsonValueKind.String, report.GetProperty("commit").ValueKind);
            var result = Assert.Single(report.GetProperty("results").EnumerateArray());
            Assert.Equal("rounds", result.GetProperty("metric").GetString());
            Assert.Equal(3, result.GetProperty("value").GetDouble());
            Assert.False(report.TryGetProperty("missed", out _));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(0, "0", true)]
    [InlineData(1, "0", false)]
    [InlineData(6, "<= 6", true)]
    [InlineData(6.01, "<= 6", false)]
    [InlineData(0.99, "< 1", true)]
    [InlineData(1, "< 1", false)]
    [InlineData(20, ">= 20", true)]
    [InlineData(19.9, ">= 20", false)]
    [InlineData(1, "> 0", true)]
    [InlineData(0, "> 0", false)]
    [InlineData(double.NaN, "<= 6", false)]
    [InlineData(3, "<= other", true)]
    [InlineData(5, "<= other", false)]
    [InlineData(5, null, true)]
    public void Missed_ResultWithGoal_IsThereUnlessTheGoalIsMet(double value, string? goal, bool isMet)
    {
        var result = new BenchResult("measured", value, "s", goal);
        var report = new BenchReport("made", [result, new BenchResult("other", 4, "s")]);

        Assert.Equal(isMet ? [] : [result], report.Missed);
    }

    [Theory]
    [InlineData("~ 6")]
    [InlineData("<= nothing")]
    [InlineData("fast")]
    public void Missed_GoalThatCannotBeRead_Throws(string goal) => Assert.Throws<FormatException>(
        () => new BenchReport("made", [new BenchResult("measured", 1, "s", goal)]).Missed);

    [Fact]
    public void Print_MissedGoal_IsMarked()
    {
        using var output = new StringWriter();

        new BenchReport("made", [new("good", 1, "s", "<= 6"), new("bad", 7, "s", "<= 6")]).Print(output);

        Assert.Contains("bad", Assert.Single(
            output.ToString().Split('\n'), line => line.Contains("MISSED", StringComparison.Ordinal)));
    }
}
