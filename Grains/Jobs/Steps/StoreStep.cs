using System.Collections.Immutable;
using Ax2.Captions;

namespace Ax2.Jobs.Steps;

/// <summary>
/// Joins what was recognised, cuts it into cues and stores them, in a track of its own or in another's. A chunk whose
/// checkpoint is lost has failed: the rest is delivered, and a retry recognises it anew.
/// </summary>
public sealed class StoreStep(IGrainFactory grains, CaptionAssembly assembly) : IJobStep
{
    public JobStage Stage => JobStage.Storing;

    private static Refusal Lost { get; } =
        new(JobRefusals.CheckpointLost, "What was recognised of this part cannot be read any more.");

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        var (track, quality, lost) = await assembly.BuildAsync(job);
        if (WithLost(job.State, lost).RecognitionOutcome() != StepOutcome.Succeeded)
        {
            // What is left was delivered by earlier runs.
            return new StepResult(StepOutcome.Failed, state => WithLost(state, lost));
        }

        if (job.State is { MergeLanguage: { } language, Range: { } range })
        {
            var target = grains.GetGrain<ICaptionTrackGrain>(job.State.Command!.MergeInto!.Value, language, null);
            var isThere = await target.Merge(track.WorkspaceId, range.StartMs, range.EndMs, track.Cues);
            return isThere
                ? StepResult.Succeeded(state => WithLost(state, lost) with { Quality = quality })
                : StepResult.Failed(new Refusal(JobRefusals.MergeImpossible, "The captions to merge into are gone."));
        }

        await grains.GetGrain<ICaptionTrackGrain>(job.JobId, track.Language, null).Put(track);
        return StepResult.Succeeded(state => WithLost(state, lost) with
        {
            Tracks = [new JobTrack(track.Language, track.Cues.Length)],
            Quality = quality,
        });
    }

    private static CaptionJobState WithLost(CaptionJobState state, ImmutableArray<int> lost) => lost.IsEmpty
        ? state
        : lost.Aggregate(state, (changed, index) => changed.WithOutcome(index, ChunkOutcome.Failed, Lost)) with
        {
            Refusal = state.Refusal ?? Lost,
        };
}
