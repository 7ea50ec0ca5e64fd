using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Ax2.Media;
using Xunit;

namespace Ax2.Jobs;

/// <summary>The audio of a chunk is lost while its job runs.</summary>
[Collection(nameof(GrainCluster))]
public sealed class LostAudioTests(GrainCluster cluster) : ChunkedJobs(cluster)
{
    [Fact]
    public async Task AudioIsLost_VideoIsThere_IsCutAgainAndAllIsDelivered()
    {
        var job = await LoseTheLastChunksAudio();

        Cluster.Speech.Release();
        var over = await End(job);

        Assert.Equal((JobStage.Done, 10, null), (over.Stage, over.ChargedCredits, over.Refusal));
        Assert.Equal(3, (await Cues(over)).Length);
        Assert.Equal(2, Cluster.Decoder.Runs);
        await AssertNothingIsLeft(over, checkpoints: 0);
    }

    [Fact]
    public async Task AudioIsLost_VideoIsGoneToo_IsPartialForThatReasonAndChargedForTheRest()
    {
        var job = await LoseTheLastChunksAudio();
        await Cluster.Grains.GetGrain<IUploadGrain>((await job.Get(Workspace))!.UploadId).Delete(Workspace);

        Cluster.Speech.Release();
        var over = await End(job);

        Assert.Equal((JobStage.Partial, JobRefusals.AudioLost), (over.Stage, over.Refusal?.Code));
        Assert.Equal(
            [ChunkProgress.Done, ChunkProgress.Done, ChunkProgress.Failed], over.Chunks.Select(chunk => chunk.State));
        Assert.Equal(new CreditBalance(93, 0), await Account.GetBalance());
    }

    /// <summary>Two chunks are held at work, so that the third has not read its audio.</summary>
    private async Task<ICaptionJobGrain> LoseTheLastChunksAudio()
    {
        Cluster.Speech.Hold();
        var job = NewJob();
        await job.Start(await Command());
        await Until(job, view => view.IsCutComplete
            && view.Chunks.Count(chunk => chunk.State == ChunkProgress.Running) == 2);
        await Cluster.Store.DeleteAsync(
            ChunkSpan.AudioKey(job.GetPrimaryKey(), 2), TestContext.Current.CancellationToken);
        return job;
    }
}
