using Ax2.Credits;
using Ax2.Media;
using Xunit;

namespace Ax2.Jobs;

[Collection(nameof(GrainCluster))]
public sealed class PartialJobTests(GrainCluster cluster) : ChunkedJobs(cluster)
{
    [Fact]
    public async Task OneChunkFails_IsPartialAndChargedForTheRest()
    {
        var over = await RunWithOneFailure();

        Assert.Equal(JobStage.Partial, over.Stage);
        Assert.Equal(JobRefusals.SpeechRefused, over.Refusal?.Code);
        Assert.Equal(7, over.ChargedCredits);
        Assert.Equal(new CreditBalance(93, 0), await Account.GetBalance());
        Assert.Equal(2, (await Cues(over)).Length);
        Assert.Single(over.Chunks, chunk => chunk.State == ChunkProgress.Failed);
        await AssertNothingIsLeft(over, checkpoints: 2);
    }

    [Fact]
    public async Task Retry_APartialJob_RecognisesAndChargesOnlyWhatIsMissing()
    {
        var partial = await RunWithOneFailure();

        var answer = await Job(partial).Retry(Workspace);
        var over = await End(Job(partial));

        Assert.Null(answer.Refusal);
        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(2, over.Run);
        Assert.Equal(4, over.Quote.TotalCredits);
        Assert.Equal(11, over.ChargedCredits);
        Assert.Equal(new CreditBalance(89, 0), await Account.GetBalance());
        Assert.Equal(3, (await Cues(over)).Length);
        Assert.Equal(4, Cluster.Speech.Runs);
        await AssertNothingIsLeft(over, checkpoints: 0);
    }

    /// <summary>The bug of scalableminds/webknossos 9331: a failed job was refunded, and its retry was free.</summary>
    [Fact]
    public async Task Retry_AFailedJob_IsPaidForAgain()
    {
        Cluster.Decoder.Failure = new MediaException(MediaRefusals.MediaUnreadable, "broken packets");
        var failed = await Run();
        Assert.Equal(JobStage.Failed, failed.Stage);
        Assert.Equal(new CreditBalance(100, 0), await Account.GetBalance());
        Cluster.Decoder.Failure = null;

        await Task.WhenAll(Job(failed).Retry(Workspace), Job(failed).Retry(Workspace));
        var over = await End(Job(failed));

        Assert.Equal(JobStage.Done, over.Stage);
        Assert.Equal(2, over.Run);
        Assert.Equal(new CreditBalance(90, 0), await Account.GetBalance());
        var holds = (await Account.ListEntries(new CreditEntryQuery(50))).Entries
            .Where(entry => entry.HoldId is not null).Select(entry => entry.HoldId).Distinct();
        Assert.Equal(2, holds.Count());
    }

    [Fact]
    public async Task Retry_WithoutTheCredits_IsRefusedAndLeavesTheJobPartial()
    {
        var partial = await RunWithOneFailure();
        await Account.Adjust(new AdjustCredits("take", -90, "test", "test"));

        var answer = await Job(partial).Retry(Workspace);

        Assert.Equal(CreditRefusals.Insufficient, answer.Refusal?.Code);
        Assert.Equal(JobStage.Partial, answer.Job?.Stage);
        Assert.Equal(2, (await Cues(partial)).Length);
        await Account.Grant(new GrantCredits("more", 90, "test"));
        await Job(partial).Retry(Workspace);
        Assert.Equal(JobStage.Done, (await End(Job(partial))).Stage);
    }

    [Fact]
    public async Task Retry_OfWhatIsThere_IsRefused()
    {
        var done = await Run();

        Assert.Equal(JobRefusals.NothingToRetry, (await Job(done).Retry(Workspace)).Refusal?.Code);
        Assert.Equal(JobRefusals.JobUnknown, (await Job(done).Retry(Guid.CreateVersion7())).Refusal?.Code);
    }

    [Fact]
    public async Task Cancel_WithFinishedChunks_DeliversAndChargesThem()
    {
        var job = await StartHoldingTheLastChunk();

        await job.Cancel(Workspace);
        var over = await End(job);

        Assert.Equal(JobStage.Cancelled, over.Stage);
        Assert.Null(over.Refusal);
        Assert.Equal(7, over.ChargedCredits);
        Assert.Equal(new CreditBalance(93, 0), await Account.GetBalance());
        Assert.Equal([1_000L, 21_000], (await Cues(over)).Select(cue => cue.StartMs));
        await AssertNothingIsLeft(over, checkpoints: 2);

        Cluster.Speech.Release();
        await job.Retry(Workspace);
        Assert.Equal(JobStage.Done, (await End(job)).Stage);
        Assert.Equal(4, Cluster.Speech.Runs);
    }
}
