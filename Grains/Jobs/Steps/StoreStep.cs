using Ax2.Captions;

namespace Ax2.Jobs.Steps;

/// <summary>
/// Joins what was recognised, cuts it into cues and stores them, in a track of its own or in another's.
/// </summary>
public sealed class StoreStep(IGrainFactory grains, CaptionAssembly assembly) : IJobStep
{
    public JobStage Stage => JobStage.Storing;

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        var (track, quality) = await assembly.BuildAsync(job);
        if (job.State is { MergeLanguage: { } language, Range: { } range })
        {
            var target = grains.GetGrain<ICaptionTrackGrain>(job.State.Command!.MergeInto!.Value, language, null);
            var isThere = await target.Merge(track.WorkspaceId, range.StartMs, range.EndMs, track.Cues);
            return isThere
                ? StepResult.Succeeded(state => state with { Quality = quality })
                : StepResult.Failed(new Refusal(JobRefusals.MergeImpossible, "The captions to merge into are gone."));
        }

        await grains.GetGrain<ICaptionTrackGrain>(job.JobId, track.Language, null).Put(track);
        return StepResult.Succeeded(state => state with
        {
            Tracks = [new JobTrack(track.Language, track.Cues.Length)],
            Quality = quality,
        });
    }
}
