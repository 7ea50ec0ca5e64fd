namespace Ax2.Jobs.Steps;

/// <summary>Has every chunk recognised. A cancelled job keeps what is finished.</summary>
public sealed class TranscribeStep : IJobStep
{
    public JobStage Stage => JobStage.Transcribing;

    public async Task<StepResult> RunAsync(JobContext job, CancellationToken cancellationToken)
    {
        var recognition = job.Recognition!;
        try
        {
            if (!job.State.IsCancelRequested)
            {
                await recognition.RunAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (job.State.IsCancelRequested)
        {
            // The work is stopped below.
        }

        if (!job.State.IsRecognised)
        {
            await recognition.StopAsync();
        }

        var end = job.State;
        var refusal = end.IsCancelRequested && !end.IsRecognised
            ? null
            : end.CutRefusal ?? end.Chunks.FirstOrDefault(chunk => chunk.Outcome == ChunkOutcome.Failed)?.Refusal;
        return new StepResult(end.RecognitionOutcome(), state => state with { Refusal = refusal });
    }
}
