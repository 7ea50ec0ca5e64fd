using Ax2.Jobs.Chunks;
using Ax2.Media;

namespace Ax2.Jobs.Steps;

/// <summary>
/// What a run leaves behind. The chunks' audio goes whenever a run ends; their checkpoints stay as long as a retry
/// could use them.
/// </summary>
public sealed class WorkRemains(IGrainFactory grains, IObjectStore store)
{
    /// <summary>The cutter may have been ahead of what the job heard when it was stopped.</summary>
    private const int UnheardChunks = 4;

    public async Task RemoveAudioAsync(JobContext job, CancellationToken cancellationToken)
    {
        // Whatever becomes of the job, a further run shall cut anew.
        await grains.GetGrain<IAudioCutterGrain>(job.JobId).Stop();
        var chunks = job.State.Chunks.Length + (job.State.IsCutComplete ? 0 : UnheardChunks);
        await Task.WhenAll(Enumerable.Range(0, chunks)
            .Select(index => store.DeleteAsync(ChunkSpan.AudioKey(job.JobId, index), cancellationToken)));
    }

    public Task ForgetChunksAsync(JobContext job) => Task.WhenAll(
        job.State.Chunks.Select(chunk => grains.GetChunk(job.JobId, chunk.Index).Delete()));
}
