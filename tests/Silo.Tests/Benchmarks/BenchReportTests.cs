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
        }
        finally
        {
            File.Delete(file);
        }
    }
}
