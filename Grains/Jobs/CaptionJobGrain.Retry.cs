using Ax2.Media;

namespace Ax2.Jobs;

/// <summary>A further run of a job that is over, for what is missing.</summary>
public sealed partial class CaptionJobGrain
{
    public async Task<JobAnswer> Retry(Guid workspaceId)
    {
        if (!IsOwnedBy(workspaceId))
        {
            return new JobAnswer(null, new Refusal(JobRefusals.JobUnknown, "There is no such job."));
        }

        if (!JobFlow.IsOver(Job.Stage))
        {
            EnsureDriving();
            return new JobAnswer(View(), null);
        }

        if (await RefuseRetry() is { } refusal)
        {
            return new JobAnswer(null, refusal);
        }

        // The missing part is a new order, at the present price.
        var (quote, unpriced) = Price(Job.Command!, Math.Max(1, Job.OrderedMs - Job.PaidMs), null);
        if (quote is null)
        {
            return new JobAnswer(null, unpriced);
        }

        await _driving;
        _work = new CancellationTokenSource();
        await RegisterDriver();
        await Store(job => job.NextRun(quote, time.GetUtcNow()));
        await TryReserve();
        EnsureDriving();
        return new JobAnswer(View(), Job.Refusal);
    }

    private async Task<Refusal?> RefuseRetry()
    {
        if (!JobFlow.CanRetry(Job.Stage))
        {
            return new Refusal(JobRefusals.NothingToRetry, "Everything that was ordered is there.");
        }

        var command = Job.Command!;
        var upload = await GrainFactory.GetGrain<IUploadGrain>(command.UploadId).Get(command.WorkspaceId);
        return upload?.State == UploadState.Ready
            ? null
            : new Refusal(MediaRefusals.UploadDeleted, "The file was deleted.");
    }
}
