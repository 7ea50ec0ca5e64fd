using Ax2.Jobs.Queue;
using Ax2.Media;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Chunks;

public sealed partial class AudioCutterGrain(
    IObjectStore store,
    IAudioDecoder decoder,
    WorkerSlots slots,
    IOptions<JobOptions> options,
    TimeProvider time,
    ILogger<AudioCutterGrain> logger) : Grain, IAudioCutterGrain, IDisposable
{
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long the outcome is kept for the job to ask for it. Nobody else knows it.</summary>
    private static readonly TimeSpan OutcomeLife = TimeSpan.FromMinutes(1);
    private static readonly CutReport Idle = new(WorkState.Idle, [], 0, null);

    private CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private ObservableValue<CutReport> _report = new(Idle);

    public Task<CutReport> Begin(CutAudio command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (_report.Value.State is WorkState.Running or WorkState.Done or WorkState.Failed && !HasLost(command))
        {
            slots.Decline(command.SlotId);
            return Task.FromResult(_report.Value);
        }

        if (slots.TryEnter(command.SlotId, command.UserId, WorkKind.Cutter) is not { } slot)
        {
            // The next attempt may be placed elsewhere.
            DeactivateOnIdle();
            return Task.FromResult(Idle with { State = WorkState.NoSlot });
        }

        _stop.Dispose();
        _stop = new CancellationTokenSource();
        _report = new(Idle with { State = WorkState.Running });
        _work = Work(command, slot, _stop.Token);
        return Task.FromResult(_report.Value);
    }

    public Task<CutReport> WaitForSpans(int knownSpans, CancellationToken cancellationToken)
    {
        if (_report.Value.State == WorkState.Idle)
        {
            // It was only asked: where it is begun is decided by the call that begins it.
            DeactivateOnIdle();
        }

        return _report.WaitAsync(
            report => report.State != WorkState.Running || report.Spans.Length > knownSpans,
            ReportTimeout, time, cancellationToken);
    }

    public async Task Stop()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_work, Task.Delay(StopTimeout, time));
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Work(CutAudio command, IDisposable slot, CancellationToken cancellationToken)
    {
        var report = _report;
        var outcome = await Cut(command, report, cancellationToken);
        slot.Dispose();
        report.Change(_ => outcome);
        if (outcome.State == WorkState.Idle)
        {
            DeactivateOnIdle();
        }
        else
        {
            this.RegisterGrainTimer(Deactivate, OutcomeLife, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Who knows all spans of what is done and begins again has lost audio of them.</summary>
    private bool HasLost(CutAudio command) =>
        _report.Value is { State: WorkState.Done, Spans.Length: var spans } && command.KnownSpans.Length >= spans;

    private async Task<CutReport> Cut(
        CutAudio command, ObservableValue<CutReport> report, CancellationToken cancellationToken)
    {
        var jobId = this.GetPrimaryKey();
        try
        {
            var cut = new AudioCut(store, decoder, options.Value, jobId, command, report);
            // Reading and measuring must not take turns of the grain.
            var end = await Task.Run(() => cut.RunAsync(cancellationToken), CancellationToken.None);
            LogCut(jobId, end.Spans.Length, end.DecodedMs, end.Refusal?.Code);
            return end;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return report.Value with { State = WorkState.Idle };
        }
        catch (Exception e)
        {
            LogCutFailed(jobId, e);
            return report.Value with
            {
                State = WorkState.Waiting,
                Refusal = e is StorageFaultException outage ? new Refusal(outage.Code, "The store is away.") : null,
            };
        }
    }

    private Task Deactivate(CancellationToken cancellationToken)
    {
        if (_work.IsCompleted)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(
        2201, LogLevel.Information, "Job {JobId}: {Chunks} chunks of {DecodedMs} ms of audio are stored ({Refusal}).")]
    private partial void LogCut(Guid jobId, int chunks, long decodedMs, string? refusal);

    [LoggerMessage(2202, LogLevel.Warning, "Job {JobId}: the audio could not be cut; it may be tried again.")]
    private partial void LogCutFailed(Guid jobId, Exception exception);
}
