using System.Text.Json;
using Ax2.Local;
using Xunit;

namespace Ax2.Repo.Tests.Local;

public sealed class TestTallyTests
{
    [Fact]
    public void Of_Report_TakesItsCounts() =>
        Assert.Equal(new TestTally(5, 2, 1), TestTally.Of(1, Report(passed: 5, failed: 2, skipped: 1)));

    [Theory]
    [InlineData(134)]
    [InlineData(0)]
    public void Of_NoReport_IsAFailure(int exitCode) =>
        Assert.Equal(new TestTally(0, 1, 0), TestTally.Of(exitCode, null));

    [Theory]
    [InlineData("")]
    [InlineData("{\"results\":{\"summary\":{\"pass")]
    [InlineData("{\"results\":{}}")]
    [InlineData("[]")]
    public void Of_ReportThatIsCut_IsAFailure(string report) =>
        Assert.Equal(new TestTally(0, 1, 0), TestTally.Of(0, report));

    [Fact]
    public void Of_EndsBadlyWithoutAFailedTest_IsAFailure() =>
        Assert.Equal(new TestTally(5, 1, 0), TestTally.Of(1, Report(passed: 5, failed: 0, skipped: 0)));

    [Fact]
    public void Sum_OfPrograms_AddsUp() =>
        Assert.Equal(new TestTally(4, 3, 5), new TestTally(1, 1, 2) + new TestTally(3, 2, 3));

    [Theory]
    [InlineData(3, 0, 0, "3 passed, 0 failed")]
    [InlineData(3, 1, 2, "3 passed, 1 failed, 2 skipped")]
    public void ToString_IsTheLastLine(int passed, int failed, int skipped, string line) =>
        Assert.Equal(line, new TestTally(passed, failed, skipped).ToString());

    [Theory]
    [InlineData(1, 0, 0, true)]
    [InlineData(1, 1, 0, false)]
    [InlineData(0, 0, 0, false)]
    [InlineData(0, 0, 9, false)]
    public void IsGreen_OnlyWhenSomethingPassedAndNothingFailed(int passed, int failed, int skipped, bool green) =>
        Assert.Equal(green, new TestTally(passed, failed, skipped).IsGreen);

    private static string Report(int passed, int failed, int skipped) => JsonSerializer.Serialize(new
    {
        reportFormat = "CTRF",
        results = new { summary = new { tests = 9, passed, failed, pending = 1, skipped, other = 0 } },
    });
}
