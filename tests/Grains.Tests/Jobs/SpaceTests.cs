using Ax2.Captions;
using Ax2.Credits;
using Ax2.Jobs.Chunks;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs;

/// <summary>There is no space left in the object store, or in the database, while a job runs.</summary>
[Collection(nameof(GrainCluster))]
public sealed class SpaceTests(GrainCluster cluster) : ChunkedJobs(cluster)
{
    private int _puts;

    [Fact]
    public async Task ObjectStoreIsFull_JobWaitsVisiblyAndGoesOnWhenThereIsSpace()
    {
        var job = await WaitForSpace();
        var waiting = (await job.Get(Workspace))!;
        Assert.Equal((JobStage.Reserved, 10L), (waiting.Stage, waiting.HeldCredits));
        Assert.NotNull(waiting.WaitingForSpaceSince);

        Cluster.Store.OnEffect = _ => { };
        var over = await End(job);

        Assert.Equal((JobStage.Done, 10, null), (over.Stage, over.ChargedCredits, over.WaitingForSpaceSince));
    }

    [Fact]
    public async Task ObjectStoreIsFull_JobIsCancelled_ReturnsAllCredits()
    {
        var job = await WaitForSpace();

        await job.Cancel(Workspace);
        var over = await End(job);

        Assert.Equal((JobStage.Cancelled, null), (over.Stage, over.Refusal));
        Assert.Equal(new CreditBalance(100, 0), await Account.GetBalance());
    }

    [Fact]
    public async Task DatabaseIsFullForTheCaptions_JobWaitsVisiblyAndGoesOnWhenThereIsSpace()
    {
        (Cluster.Jobs.MaxStageAttempts, Cluster.Jobs.MaxRetryDelay) = (5, TimeSpan.FromMilliseconds(10));
        var job = await StartHoldingTheLastChunk();
        var track = Cluster.Grains.GetGrain<ICaptionTrackGrain>(job.GetPrimaryKey(), "en", null);
        Cluster.Storage.Fill(track);
        Cluster.Speech.Release();
        await Until(job, view => view is { Stage: JobStage.Storing, WaitingForSpaceSince: not null });
        Cluster.Clock.Advance((new CreditsOptions().HoldLife / 2) + TimeSpan.FromMinutes(1));
        var tries = Cluster.Storage.WritesOf(track);
        while (Cluster.Storage.WritesOf(track) < tries + (2 * Cluster.Jobs.MaxStageAttempts))
        {
            await Until(job, view => view.Stage == JobStage.Storing);
        }

        Cluster.Storage.Free(track);
        var over = await End(job);

        Assert.Equal((JobStage.Done, 10), (over.Stage, over.ChargedCredits));
        Assert.Equal(3, (await Cues(over)).Length);
        Assert.Contains(Cluster.Credits.Entries(Workspace), entry => entry.Kind == EntryKind.HoldExtended);
    }

    [Fact]
    public async Task DatabaseIsFullForTheJobAndItsChunk_EndsDoneAndChargedOnce()
    {
        (Cluster.Jobs.MaxStageAttempts, Cluster.Jobs.MaxRetryDelay) = (2, TimeSpan.FromMilliseconds(10));
        var job = await StartHoldingTheLastChunk();
        var chunk = Cluster.Grains.GetChunk(job.GetPrimaryKey(), 2);
        Cluster.Storage.Fill(job);
        Cluster.Storage.Fill(chunk);
        Cluster.Speech.Release();
        await UntilWritten(job, chunk, times: 3);
        Assert.Null(await chunk.GetResult());

        Cluster.Storage.Free(chunk);
        // Each of its activations joins the chunk that is done, and cannot store that.
        await UntilWritten(job, job, times: 3);
        Assert.Equal(JobStage.Transcribing, (await job.Get(Workspace))!.Stage);
        Cluster.Storage.Free(job);
        var over = await End(job);

        Assert.Equal((JobStage.Done, 10, null), (over.Stage, over.ChargedCredits, over.Refusal));
        Assert.Equal((3, 3), ((await Cues(over)).Length, Cluster.Speech.Runs));
        Assert.Equal(new CreditBalance(90, 0), await Account.GetBalance());
    }

    private async Task UntilWritten(ICaptionJobGrain job, IAddressable grain, int times)
    {
        var until = Cluster.Storage.WritesOf(grain) + times;
        while (Cluster.Storage.WritesOf(grain) < until)
        {
            // A call also brings up an activation that was given up.
            Assert.NotNull(await job.WaitForEvent(Workspace, -1, TestContext.Current.CancellationToken));
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>When it answers, the audio was tried to be stored more often than a cutter may fail.</summary>
    private async Task<ICaptionJobGrain> WaitForSpace()
    {
        var oftenEnough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Cluster.Jobs.MaxRetryDelay = TimeSpan.FromMilliseconds(10);
        var command = await Command();
        Cluster.Store.OnEffect = effect =>
        {
            if (effect == "before put")
            {
                _ = ++_puts == 2 * Cluster.Jobs.MaxAttempts && oftenEnough.TrySetResult();
                throw new StorageFaultException(NoSpace.Code, "Full.");
            }
        };
        var job = NewJob();
        await job.Start(command);
        await oftenEnough.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        return job;
    }
}
