using Ax2.Jobs.Chunks;
using Ax2.Jobs.Steps;

namespace Ax2.Jobs;

/// <summary>The two stages whose work is spread over the cluster: this activation only drives it.</summary>
public sealed partial class CaptionJobGrain
{
    private Recognition? _run;
    private IGrainTimer? _progressTimer;
    private int _toldRevision;

    private Recognition EnterRun()
    {
        _progressTimer ??= this.RegisterGrainTimer(
            TellProgress, options.Value.ProgressInterval, options.Value.ProgressInterval);
        return _run ??= new Recognition(
            this.GetPrimaryKey(), Stored, GrainFactory, options.Value, time, logger);
    }

    private void LeaveRun()
    {
        _progressTimer?.Dispose();
        _progressTimer = null;
        _run = null;
    }

    /// <summary>Stands in line until there is a place for its first chunk; its audio is cut meanwhile.</summary>
    private async Task<StepResult> StandInLine()
    {
        var forgotten = await ForgetFailedChunks();
        await EnterRun().WaitForSlotAsync(_work.Token);
        return StepResult.Succeeded(now => forgotten(now) with { StartedAt = now.StartedAt ?? time.GetUtcNow() });
    }

    /// <summary>A chunk that failed in an earlier run begins anew, as if it had never been tried.</summary>
    private async Task<Func<CaptionJobState, CaptionJobState>> ForgetFailedChunks()
    {
        var failed = Job.Chunks.Where(chunk => chunk.Outcome == ChunkOutcome.Failed).Select(c => c.Index).ToArray();
        await Task.WhenAll(failed.Select(
            index => GrainFactory.GetChunk(this.GetPrimaryKey(), index).Delete()));
        return state => failed.Aggregate(
            state, (changed, index) => changed.WithOutcome(index, ChunkOutcome.Pending, null));
    }

    private async Task<StepResult> Recognise()
    {
        var run = EnterRun();
        try
        {
            if (!Job.IsCancelRequested)
            {
                await run.RunAsync(_work.Token);
            }
        }
        catch (OperationCanceledException) when (Job.IsCancelRequested && !_isLeaving)
        {
            // Cancelled: the work is stopped below.
        }

        if (!Job.IsRecognised)
        {
            await run.StopAsync();
        }

        var refusal = Job.CutRefusal ?? Job.Chunks.FirstOrDefault(c => c.Outcome == ChunkOutcome.Failed)?.Refusal;
        return new StepResult(Job.RecognitionOutcome(), state => state with
        {
            Refusal = state.IsCancelRequested && !state.IsRecognised ? null : refusal,
        });
    }

    private Task TellProgress(CancellationToken cancellationToken)
    {
        if (_run is { } run && run.Revision != _toldRevision)
        {
            _toldRevision = run.Revision;
            Announce(NextEventNumber());
        }

        return Task.CompletedTask;
    }
}
