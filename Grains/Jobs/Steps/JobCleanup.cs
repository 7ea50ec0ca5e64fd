using Ax2.Captions;
using Ax2.Jobs.Chunks;
using Ax2.Media;
using Microsoft.Extensions.Logging;

namespace Ax2.Jobs.Steps;

/// <summary>
/// Removes what a run leaves behind. The chunks' audio goes whenever a run ends; their checkpoints stay as long as a
/// retry could use them.
/// </summary>
public sealed partial class JobCleanup(IGrainFactory grains, IObjectStore store, ILogger<JobCleanup> logger)
{
    /// <summary>The cutter may have been ahead of what it had reported when it was stopped.</summary>
    private const int UnreportedChunks = 4;

    public Task RemoveAudioAsync(JobContext job, CancellationToken cancellationToken) => TryAsync(job, async () =>
    {
        // Whatever becomes of the job, a further run shall cut anew.
        await grains.GetGrain<IAudioCutterGrain>(job.JobId).Stop();
        var chunks = job.State.Chunks.Length + (job.State.IsCutComplete ? 0 : UnreportedChunks);
        await Task.WhenAll(Enumerable.Range(0, chunks)
            .Select(index => store.DeleteAsync(ChunkSpan.AudioKey(job.JobId, index), cancellationToken)));
    });

    /// <summary>
    /// Never fails: the hold is settled already. What is left goes with the job: <see cref="DeleteAllAsync"/>.
    /// </summary>
    public async Task TryDeleteChunksAsync(JobContext job)
    {
        try
        {
            await DeleteChunksAsync(job);
        }
        catch (Exception e)
        {
            LogNotRemoved(job.JobId, e);
        }
    }

    /// <summary>
    /// A failed try to store the captions may have stored them: nobody paid for those. What the job offers in
    /// <see cref="CaptionJobState.Tracks"/> stays. So does what such a try wrote over the captions of an earlier run or
    /// merged into another job's: what was there before is not kept anywhere.
    /// </summary>
    public async Task RemoveUnpaidTrackAsync(JobContext job)
    {
        var state = job.State;
        if (state is { PaidMs: 0, MergeLanguage: null, Tracks.IsEmpty: true }
            && state.History.Any(e => e.Stage == JobStage.Storing))
        {
            await TryAsync(job, () => DeleteTrackAsync(job, state.Command!.Language));
        }
    }

    /// <summary>Everything but the job's own state.</summary>
    public async Task DeleteAllAsync(JobContext job)
    {
        await RemoveAudioAsync(job, CancellationToken.None); // The caller's call has no token.
        await DeleteChunksAsync(job);
        await Task.WhenAll(job.State.Tracks.Select(track => DeleteTrackAsync(job, track.Language)));
    }

    private Task DeleteChunksAsync(JobContext job) => Task.WhenAll(
        job.State.Chunks.Select(chunk => grains.GetChunk(job.JobId, chunk.Index).Delete()));

    private Task DeleteTrackAsync(JobContext job, string language) =>
        grains.GetGrain<ICaptionTrackGrain>(job.JobId, language, null).Delete(job.State.Command!.WorkspaceId);

    /// <summary>
    /// With the last try of a stage the hold is resolved all the same. A try without space is not the last one.
    /// </summary>
    private async Task TryAsync(JobContext job, Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (Exception e) when (job.IsLastAttempt && !NoSpace.IsIn(e))
        {
            LogNotRemoved(job.JobId, e);
        }
    }

    [LoggerMessage(2005, LogLevel.Warning, "Something of job {JobId} could not be removed, and is left where it is.")]
    private partial void LogNotRemoved(Guid jobId, Exception exception);
}
