using System.Text.Json;
using Ax2.Captions;
using Ax2.Media;

namespace Ax2.Jobs.Steps;

/// <summary>Cuts the words into cues and stores the caption track.</summary>
public sealed class StoreStep(IGrainFactory grains, IObjectStore store) : IJobStep
{
    public JobStage Stage => JobStage.Storing;

    public async Task<StepResult> RunAsync(
        JobContext job, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var track = await BuildAsync(job, cancellationToken);
        await grains.GetGrain<ICaptionTrackGrain>(job.JobId, track.Language, null).Put(track);
        return StepResult.Succeeded(
            state => state with { Tracks = [new JobTrack(track.Language, track.Cues.Length)] });
    }

    private async Task<CaptionTrack> BuildAsync(JobContext job, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenReadAsync(job.TranscriptKey, cancellationToken);
        var transcript = await JsonSerializer.DeserializeAsync<Transcript>(
            content, cancellationToken: cancellationToken)
            ?? throw new InvalidDataException("The stored transcript is empty.");
        var command = job.State.Command!;
        return new CaptionTrack(
            job.JobId,
            command.WorkspaceId,
            command.Language,
            job.State.FileName,
            job.State.MediaDurationMs,
            CueBuilder.Build(transcript.Segments, CueRules.For(command.Language), job.State.MediaDurationMs));
    }
}
