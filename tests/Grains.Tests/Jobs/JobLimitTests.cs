using Ax2.Captions;
using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Xunit;

namespace Ax2.Jobs;

/// <summary>Jobs that lost something for good come to an end, with what can still be delivered.</summary>
[Collection(nameof(GrainCluster))]
public sealed class JobLimitTests(GrainCluster cluster) : ChunkedJobs(cluster)
{
    [Fact]
    public async Task Storing_OneCheckpointIsLost_DeliversAndChargesTheRest()
    {
        var job = await StartHoldingTheLastChunk();
        await Chunk(job, 0).Delete();
        Cluster.Speech.Release();

        var over = await End(job);

        Assert.Equal((JobStage.Partial, JobRefusals.CheckpointLost), (over.Stage, over.Refusal?.Code));
        Assert.Equal((7, 0), (over.ChargedCredits, over.HeldCredits));
        Assert.Equal(ChunkProgress.Failed, over.Chunks[0].State);
        Assert.Equal(2, (await Cues(over)).Length);
        Assert.Equal(new CreditBalance(93, 0), await Account.GetBalance());
        await job.Retry(Workspace);
        Assert.Equal(JobStage.Done, (await End(job)).Stage);
        Assert.Equal(3, (await Cues(over)).Length);
    }

    /// <summary>A job that is done has deleted its checkpoints.</summary>
    [Fact]
    public async Task Storing_EveryCheckpointIsLost_EndsFailedWithoutCaptions()
    {
        var done = await Run();

        var over = await Resume(done, JobStage.Storing);

        Assert.Equal((JobStage.Failed, JobRefusals.CheckpointLost), (over.Stage, over.Refusal?.Code));
        Assert.All(over.Chunks, chunk => Assert.Equal(ChunkProgress.Failed, chunk.State));
        Assert.Null(await Track(done));
    }

    [Fact]
    public async Task Settling_AudioCannotBeRemoved_IsChargedAndDone()
    {
        Cluster.Jobs.MaxStageAttempts = 3;
        Cluster.Store.OnEffect = effect =>
        {
            if (effect == "before delete")
            {
                throw new IOException("The store is read-only.");
            }
        };

        var over = await Run();

        Assert.Equal((JobStage.Done, 10, 0), (over.Stage, over.ChargedCredits, over.HeldCredits));
        Assert.Equal(new CreditBalance(90, 0), await Account.GetBalance());
    }

    /// <summary>The answer to the last try may have been lost, and not the try.</summary>
    [Fact]
    public async Task Releasing_AfterTheCaptionsWereStored_RemovesThem()
    {
        var done = await Run();
        Assert.NotEmpty(await Cues(done));

        var over = await Resume(done, JobStage.Releasing);

        Assert.Equal(JobStage.Cancelled, over.Stage);
        Assert.Null(await Track(done));
    }

    /// <summary>A run whose settlement was given up has left its captions; then a retry is cancelled.</summary>
    [Fact]
    public async Task Releasing_AfterAnEarlierRunDeliveredUnpaid_KeepsWhatTheJobOffers()
    {
        var done = await Run();

        var over = await Resume(done, JobStage.Releasing, hasTrack: true);

        Assert.Equal((JobStage.Cancelled, "en"), (over.Stage, Assert.Single(over.Tracks).Language));
        Assert.NotEmpty(await Cues(done));
    }

    /// <summary>Drives the job on from a stage that it has left, as if that had not been paid for.</summary>
    /// <param name="hasTrack">Whether the job got past storing its captions.</param>
    private async Task<JobView> Resume(JobView done, JobStage stage, bool hasTrack = false)
    {
        await Cluster.Deactivate(Job(done));
        await Cluster.Storage.Overwrite<CaptionJobState>(
            Job(done),
            "caption-job",
            state => state with { Stage = stage, PaidMs = 0, Tracks = hasTrack ? state.Tracks : [] });
        return await End(Job(done));
    }

    private Task<CaptionTrack?> Track(JobView job) =>
        Cluster.Grains.GetGrain<ICaptionTrackGrain>(job.JobId, "en", null).Get(Workspace);

    private ICaptionChunkGrain Chunk(ICaptionJobGrain job, int index) =>
        Cluster.Grains.GetChunk(job.GetPrimaryKey(), index);
}
