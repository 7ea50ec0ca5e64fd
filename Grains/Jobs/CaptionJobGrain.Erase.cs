using Ax2.Captions;
using Ax2.Jobs.Steps;

namespace Ax2.Jobs;

/// <summary>The end of the workspace: nothing of the job stays.</summary>
public sealed partial class CaptionJobGrain
{
    public async Task<bool> Erase(Guid workspaceId)
    {
        if (!Job.Exists)
        {
            await index.RemoveAsync(this.GetPrimaryKey(), CancellationToken.None);
            return true;
        }

        if (!IsOwnedBy(workspaceId))
        {
            return true;
        }

        if (!JobFlow.IsOver(Job.Stage) || !_driving.IsCompleted)
        {
            await Cancel(workspaceId);
            return false;
        }

        var job = new JobContext(this.GetPrimaryKey(), Job);
        await remains.RemoveAudioAsync(job, CancellationToken.None);
        await remains.ForgetChunksAsync(job);
        await Task.WhenAll(Job.Tracks.Select(track => GrainFactory
            .GetGrain<ICaptionTrackGrain>(job.JobId, track.Language, null).Delete(workspaceId)));
        // The row goes last but the state: it is what leads a repeat here.
        await UnregisterDriver();
        await this.Erase(state);
        await index.RemoveAsync(job.JobId, CancellationToken.None);
        return true;
    }
}
