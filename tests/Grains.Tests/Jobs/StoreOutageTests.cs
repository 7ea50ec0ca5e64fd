using Ax2.Credits;
using Xunit;

namespace Ax2.Jobs;

/// <summary>The object store cannot be used while a job runs, for more tries than an engine or a file has.</summary>
[Collection(nameof(GrainCluster))]
public sealed class StoreOutageTests(GrainCluster cluster) : ChunkedJobs(cluster)
{
    private int _faults;

    [Fact]
    public async Task WritesFailForAWhile_JobGoesOnAndIsDone()
    {
        var command = await Command();
        Cluster.Store.OnEffect = effect => FailFor(2 * Cluster.Jobs.MaxAttempts, effect == "before put");

        await AssertDone(command);
    }

    [Fact]
    public async Task ReadsOfAudioFailForAWhile_JobGoesOnAndIsDone()
    {
        var command = await Command();
        Cluster.Store.OnRead = key => FailFor(
            2 * Cluster.Jobs.MaxAttempts, key.EndsWith("/1.pcm", StringComparison.Ordinal));

        await AssertDone(command);
    }

    private async Task AssertDone(StartJob command)
    {
        var over = await Run(command);

        Assert.Equal((JobStage.Done, 10, null), (over.Stage, over.ChargedCredits, over.Refusal));
        Assert.Equal(3, (await Cues(over)).Length);
        Assert.Equal(new CreditBalance(90, 0), await Account.GetBalance());
    }

    private void FailFor(int times, bool isMeant)
    {
        if (isMeant && Interlocked.Increment(ref _faults) <= times)
        {
            throw new StorageFaultException("storage_unavailable", "The folder is read-only.");
        }
    }
}
