using Ax2.Benchmarks.Jobs.Faults;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Cluster;

/// <summary>The short form of <c>./ax2 bench job-faults</c>.</summary>
[Collection(AloneCollection.Name)]
[NeedsProcesses]
public sealed class JobFaultTests
{
    private const int Rounds = 5;
    private const int Seed = 1;

    [Fact]
    public async Task SilosKilledFrozenCutOffAndStopped_PostgresRestarted_JobsEndAsUndisturbed()
    {
        await Prepared.PostgresAsync(TestContext.Current.CancellationToken);

        var report = await JobFaults.RunAsync(Rounds, Seed, TestContext.Current.CancellationToken);

        report.Print(Console.Out);
        Assert.True(Value("chunks_checkpointed") > 50);
        Assert.True(Value("chunk_attempts") > Value("chunks_checkpointed"));

        double Value(string metric) => report.Results.Single(r => r.Metric == metric).Value;
    }
}
