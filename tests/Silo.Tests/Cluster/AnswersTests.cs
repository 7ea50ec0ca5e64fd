using Ax2.Benchmarks.Answers;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Cluster;

/// <summary>The short form of <c>./ax2 bench answers</c>.</summary>
[Collection(AloneCollection.Name)]
[NeedsProcesses]
public sealed class AnswersTests
{
    private const int Seed = 1;

    [Fact]
    public async Task SiloKilled_EveryRouteCalledMeanwhile_NoClientIsMisled()
    {
        await Prepared.PostgresAsync(TestContext.Current.CancellationToken);
        await Prepared.SpeechModelsAsync(TestContext.Current.CancellationToken);

        var report = await AnswersBenchmark.RunAsync(
            isQuick: true, Seed, fault: null, TestContext.Current.CancellationToken);

        report.Print(Console.Out);
        Assert.Empty(report.Missed);
        // Every route was called before, under and after the fault; how often, depends on how soon all was well again.
        Assert.True(report.Results.Single(result => result.Metric == "calls").Value > 300);
    }
}
