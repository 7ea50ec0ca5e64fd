using System.Globalization;
using Ax2.Captions.Speech;
using Ax2.Jobs.Queue;
using Ax2.Media;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Chunks;

public sealed partial class CaptionChunkGrain(
    [StoredState("caption-chunk")] StoredState<CaptionChunkState> state,
    IObjectStore store,
    SpeechEngines engines,
    WorkerSlots slots,
    IOptions<JobOptions> options,
    Random random,
    TimeProvider time,
    ILogger<CaptionChunkGrain> logger) : Grain, ICaptionChunkGrain, IDisposable
{
    private static readonly TimeSpan ReportTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly ObservableValue<ChunkReport> _report = new(new(WorkState.Idle, 0, 0, 0, null, null));
    private CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        PublishStored();
        return Task.CompletedTask;
    }

    public async Task<ChunkReport> Begin(BeginChunk command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (!_work.IsCompleted)
        {
            slots.Decline(command.SlotId);
            return _report.Value;
        }

        var before = ReadState();
        var next = ChunkFlow.Begin(before, command.Span, Guid.CreateVersion7(), options.Value, time.GetUtcNow());
        if (!next.IsAttemptOpen)
        {
            slots.Decline(command.SlotId);
            await state.UpdateAsync(chunk => next == chunk ? chunk : next);
            PublishStored();
            DeactivateOnIdle();
            return _report.Value;
        }

        var isAlone = ChunkFlow.MustBeAlone(next, options.Value);
        if (slots.TryEnter(command.SlotId, command.UserId, WorkKind.Chunk, isAlone) is not { } slot)
        {
            // The next attempt may be placed elsewhere.
            DeactivateOnIdle();
            return _report.Value with { State = WorkState.NoSlot };
        }

        _stop.Dispose();
        _stop = new CancellationTokenSource();
        var begun = OpenAttempt(before, next);
        _work = Work(begun, command, next, slot, _stop.Token);
        await begun;
        return _report.Value;
    }

    public Task<ChunkReport> WaitForReport(int knownRevision, CancellationToken cancellationToken)
    {
        if (_work.IsCompleted)
        {
            // It was only asked: where it is begun is decided by the call that begins it.
            DeactivateOnIdle();
        }

        return _report.WaitAsync(
            report => report.State != WorkState.Running || report.Revision > knownRevision,
            ReportTimeout, time, cancellationToken);
    }

    public Task<ChunkResult?> GetResult()
    {
        var result = ReadState().Result;
        if (result is null && _work.IsCompleted)
        {
            // It may have been recognised elsewhere since this was read: the next call reads what is stored then.
            DeactivateOnIdle();
        }

        return Task.FromResult(result);
    }

    public async Task Stop()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_work, Task.Delay(StopTimeout, time));
    }

    public async Task Delete()
    {
        await _stop.CancelAsync();
        await _work;
        await state.ClearAsync();
        PublishStored();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Throws when the row could not be read; the next activation reads it anew.</summary>
    private CaptionChunkState ReadState()
    {
        if (state.Value.ReadFault is { } fault)
        {
            DeactivateOnIdle();
            throw new OrleansException("What is stored of the chunk cannot be read.", fault);
        }

        return state.Value;
    }

    /// <summary>Tried until its outcome is known: an open attempt without work is a worker's death.</summary>
    private async Task OpenAttempt(CaptionChunkState before, CaptionChunkState next)
    {
        await state.OpenAttemptAsync(before, next, time, LogNotSaved);
        _report.Change(report => new(WorkState.Running, next.Attempt, report.Revision + 1, 0, null, null));
    }

    private async Task Work(
        Task begun, BeginChunk command, CaptionChunkState attempt, IDisposable slot,
        CancellationToken cancellationToken)
    {
        using (slot)
        {
            await begun.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (!begun.IsCompletedSuccessfully)
            {
                return;
            }

            await End(attempt, await Recognize(command, attempt, cancellationToken));
        }

        PublishStored();
        // The next attempt may be placed elsewhere, and all there is to know is stored.
        DeactivateOnIdle();
    }

    /// <summary>Answers what has become of the attempt, whatever that is.</summary>
    private async Task<Func<CaptionChunkState, CaptionChunkState>> Recognize(
        BeginChunk command, CaptionChunkState begun, CancellationToken cancellationToken)
    {
        var recognition = new ChunkRecognition(store, engines, JobId, command) { Processed = PublishProgress };
        try
        {
            if (ChunkFlow.MustBeAlone(begun, options.Value))
            {
                await slots.WaitUntilAloneAsync(cancellationToken);
                await Update(begun.AttemptId, chunk => chunk with { IsAlone = true }, chunk => chunk.IsAlone);
            }

            // Reading and measuring must not take turns of the grain.
            var result = await Task.Run(
                () => recognition.RunAsync(begun.Attempt, cancellationToken), CancellationToken.None);
            return chunk => ChunkFlow.Done(chunk, result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ChunkFlow.Stopped;
        }
        catch (Exception fault)
        {
            LogAttemptFailed(JobId, Index, begun.Attempt, fault);
            var (now, draw) = (time.GetUtcNow(), random.NextDouble());
            return chunk => ChunkFlow.Faulted(chunk, fault, options.Value, now, draw);
        }
    }

    /// <summary>
    /// Stores what has become of the attempt, but only while it is the newest: words that were recognised are not lost
    /// to a database that restarts.
    /// </summary>
    private async Task End(CaptionChunkState begun, Func<CaptionChunkState, CaptionChunkState> outcome)
    {
        try
        {
            await Update(begun.AttemptId, outcome, chunk => !chunk.IsAttemptOpen);
        }
        catch (OwnerChangedException)
        {
            LogLateResult(JobId, Index, begun.Attempt, state.Value.Attempt);
        }
        catch (Exception fault)
        {
            LogNotSaved(JobId, Index, begun.Attempt, fault);
        }
    }

    private Task Update(
        Guid attemptId, Func<CaptionChunkState, CaptionChunkState> change, Func<CaptionChunkState, bool> isStored) =>
        state.UpdateAttemptAsync(
            attemptId, change, isStored, time, LogNotSaved);

    private void LogNotSaved(Exception fault) => LogNotSaved(JobId, Index, state.Value.Attempt, fault);

    /// <summary>While nobody works.</summary>
    private void PublishStored()
    {
        var chunk = state.Value;
        var work = chunk.Result is not null ? WorkState.Done
            : chunk.IsFailed ? WorkState.Failed
            : chunk.RetryAt is not null ? WorkState.Waiting
            : WorkState.Idle;
        var processedMs = chunk.Result is { Span: var span } ? span.EndMs - span.StartMs : 0;
        _report.Change(before => new(
            work, chunk.Attempt, before.Revision + 1, processedMs, chunk.RetryAt, chunk.Refusal));
    }

    /// <summary>On any thread, one call after the other.</summary>
    private void PublishProgress(long processedMs)
    {
        slots.AddRecognised(Math.Max(0, processedMs - _report.Value.ProcessedMs));
        _report.Change(before => before with { ProcessedMs = processedMs, Revision = before.Revision + 1 });
    }

    private Guid JobId => this.GetPrimaryKey(out _);

    private int Index
    {
        get
        {
            this.GetPrimaryKey(out var index);
            return int.Parse(index!, CultureInfo.InvariantCulture);
        }
    }

    [LoggerMessage(2211, LogLevel.Warning, "Chunk {Index} of job {JobId}: attempt {Attempt} failed.")]
    private partial void LogAttemptFailed(Guid jobId, int index, int attempt, Exception exception);

    [LoggerMessage(
        2212, LogLevel.Warning,
        "Chunk {Index} of job {JobId}: the outcome of attempt {Attempt} is refused; {Newest} has begun since.")]
    private partial void LogLateResult(Guid jobId, int index, int attempt, int newest);

    [LoggerMessage(
        2213, LogLevel.Warning,
        "Chunk {Index} of job {JobId}: a write of attempt {Attempt} failed.")]
    private partial void LogNotSaved(Guid jobId, int index, int attempt, Exception exception);
}
