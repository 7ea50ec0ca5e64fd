using Ax2.Benchmarks.Credits.Faults;
using Ax2.TestKit;
using Xunit;

namespace Ax2.Tests.Postgres;

/// <summary>The short form of <c>./ax2 bench credit-faults</c>.</summary>
[NeedsProcesses]
public sealed class CreditFaultTests
{
    private const int Rounds = 10;
    private const int Seed = 1;

    [Fact]
    public async Task KilledSilosKilledDatabaseLostRepliesAndTwoOwners_LoseAndDoubleNothing()
    {
        await Prepared.PostgresAsync(TestContext.Current.CancellationToken);

        var report = await CreditFaults.RunAsync(Rounds, Seed);

        report.Print(Console.Out);
        Assert.True(Value("commit_replies_lost") > 0);
        Assert.True(Value("carried_out") > 100);

        double Value(string metric) => report.Results.Single(r => r.Metric == metric).Value;
    }
}
