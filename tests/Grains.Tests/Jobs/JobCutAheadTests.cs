using Ax2.Media;
using Xunit;

namespace Ax2.Jobs;

/// <summary>A job that stands in line while every place for a chunk is taken: its audio is cut meanwhile.</summary>
[Collection(nameof(GrainCluster))]
public sealed class JobCutAheadTests(GrainCluster cluster) : ChunkedJobs(cluster)
{
    private ICaptionJobGrain[] _others = [];

    [Fact]
    public async Task Job_EveryPlaceIsTaken_IsCutAndStaysInLine()
    {
        var job = await StartInLine();

        var view = await Until(job, view => view is { IsCutComplete: true, Queue: not null });

        Assert.Equal((JobStage.Reserved, 3), (view.Stage, view.Chunks.Length));
        Assert.Null(view.StartedAt);
        var done = await Release(job);
        Assert.Equal((JobStage.Done, 10), (done.Stage, done.ChargedCredits));
        await AssertNothingIsLeft(done, checkpoints: 0);
    }

    [Fact]
    public async Task Job_LosesItsActivationInLine_IsNotDecodedAgain()
    {
        var job = await StartInLine();
        await Until(job, view => view.IsCutComplete);
        var runs = Cluster.Decoder.Runs;

        await Cluster.Deactivate(job);
        Assert.Equal(JobStage.Reserved, (await job.Get(Workspace))!.Stage);

        Assert.Equal(JobStage.Done, (await Release(job)).Stage);
        Assert.Equal(runs, Cluster.Decoder.Runs);
    }

    [Fact]
    public async Task Cancel_InLine_ReturnsTheHoldAndLeavesNoAudio()
    {
        var job = await StartInLine();
        await Until(job, view => view.IsCutComplete);

        await job.Cancel(Workspace);
        var over = await End(job);

        Assert.Equal((JobStage.Cancelled, 0), (over.Stage, over.ChargedCredits));
        await AssertNothingIsLeft(over, checkpoints: 0);
        await Release(_others[0]);
    }

    [Fact]
    public async Task Job_FileBreaksOff_FailsThoughNoPlaceIsFree()
    {
        var job = await StartInLine(() => Cluster.Decoder.DecodedMs = 30_000);

        var over = await End(job);

        Assert.Equal((JobStage.Failed, MediaRefusals.MediaTruncated), (over.Stage, over.Refusal?.Code));
        await AssertNothingIsLeft(over, checkpoints: 0);
        await Release(_others[0]);
    }

    /// <summary>The other jobs have every place of the silo, and keep them until <see cref="Release"/>.</summary>
    private async Task<ICaptionJobGrain> StartInLine(Action? before = null)
    {
        Cluster.Speech.IsHeld = _ => true;
        Cluster.Speech.Hold();
        _others = [NewJob(), NewJob()];
        foreach (var other in _others)
        {
            await other.Start(await Command() with { Range = new(0, 20_000) });
            await Until(other, view => view.Chunks.Any(chunk => chunk.State == ChunkProgress.Running));
        }

        before?.Invoke();
        var job = NewJob();
        Assert.Null((await job.Start(await Command())).Refusal);
        return job;
    }

    private async Task<JobView> Release(ICaptionJobGrain job)
    {
        Cluster.Speech.Release();
        foreach (var other in _others)
        {
            Assert.Equal(JobStage.Done, (await End(other)).Stage);
        }

        return await End(job);
    }
}
