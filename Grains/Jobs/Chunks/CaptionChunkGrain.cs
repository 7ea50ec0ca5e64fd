using System.Globalization;
using Ax2.Captions.Speech;
using Ax2.Jobs.Queue;
using Ax2.Media;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Chunks;

public sealed partial class CaptionChunkGrain(
    [PersistentState("caption-chunk")] IPersistentState<CaptionChunkState> state,
    IObjectStore store,
    SpeechEngines engines,
    WorkerSlots slots,
    IOptions<JobOptions> options,
    Random random,
    TimeProvider time,
    ILogger<CaptionChunkGrain> logger) : Grain, ICaptionChunkGrain, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstSavePause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestSavePause = TimeSpan.FromSeconds(5);

    /// <summary>About a minute: a database that restarts is back by then.</summary>
    private const int MaxSaves = 16;

    private readonly Watched<ChunkReport> _report = new(new(WorkState.Idle, 0, 0, 0, null, null));

    /// <summary>What is known to be stored: nobody hears of anything else.</summary>
    private CaptionChunkState _stored = new();
    private CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stored = state.State;
        Settle();
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

        var next = ChunkFlow.Begin(
            state.State, command.Span, Guid.CreateVersion7(), options.Value, time.GetUtcNow());
        if (!next.IsAttemptOpen)
        {
            slots.Decline(command.SlotId);
            await SaveIfChanged(next);
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

        await Begin(command, next, slot);
        return _report.Value;
    }

    public Task<ChunkReport> WaitForReport(int knownRevision, CancellationToken cancellationToken)
    {
        if (_report.Value.State != WorkState.Running)
        {
            // It was only asked. Where it is begun is for the one who begins it.
            DeactivateOnIdle();
        }

        return _report.WaitAsync(
            report => report.State != WorkState.Running || report.Revision > knownRevision,
            Patience, time, cancellationToken);
    }

    public Task<ChunkResult?> GetResult()
    {
        if (_stored.Result is null && _work.IsCompleted)
        {
            // It may have been recognised elsewhere since this was read: who asks again hears what is stored then.
            DeactivateOnIdle();
        }

        return Task.FromResult(_stored.Result);
    }

    public async Task Stop()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_work, Task.Delay(StopPatience, time));
    }

    public async Task Forget()
    {
        await _stop.CancelAsync();
        await _work;
        DeactivateOnIdle();
        await state.ClearStateAsync();
        _stored = new CaptionChunkState();
        Settle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _work.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Begin(BeginChunk command, CaptionChunkState next, IDisposable slot)
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        var stop = _stop.Token;
        try
        {
            await this.Save(state, next);
        }
        catch
        {
            slot.Dispose();
            // It may be stored all the same, and would look like a dead worker's.
            _work = End(next, ChunkFlow.Stopped);
            throw;
        }

        _stored = next;
        _report.Change(before => new(WorkState.Running, next.Attempt, before.Revision + 1, 0, null, null));
        _work = Work(command, next, slot, stop);
    }

    private async Task Work(
        BeginChunk command, CaptionChunkState begun, IDisposable slot, CancellationToken cancellationToken)
    {
        using (slot)
        {
            await End(begun, await Recognize(command, begun.Attempt, cancellationToken));
        }

        Settle();
        // The next attempt may be placed elsewhere, and all there is to know is stored.
        DeactivateOnIdle();
    }

    /// <summary>Answers what has become of the attempt, whatever that is.</summary>
    private async Task<Func<CaptionChunkState, CaptionChunkState>> Recognize(
        BeginChunk command, int attempt, CancellationToken cancellationToken)
    {
        var recognition = new ChunkRecognition(store, engines, this.GetPrimaryKey(out _), command) { Processed = Tell };
        try
        {
            if (ChunkFlow.MustBeAlone(state.State, options.Value))
            {
                await slots.WaitUntilAloneAsync(cancellationToken);
                await this.Save(state, state.State with { IsAlone = true });
            }

            // Reading and measuring must not take turns of the grain.
            var result = await Task.Run(
                () => recognition.RunAsync(attempt, cancellationToken), CancellationToken.None);
            return chunk => ChunkFlow.Done(chunk, result);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ChunkFlow.Stopped;
        }
        catch (Exception fault)
        {
            LogAttemptFailed(JobId, Index, attempt, fault);
            var (now, draw) = (time.GetUtcNow(), random.NextDouble());
            return chunk => ChunkFlow.Faulted(chunk, fault, options.Value, now, draw);
        }
    }

    /// <summary>
    /// Stores what has become of the attempt, but only while it is the newest. After a storage fault it reads what is
    /// there and tries on: words that were recognised are not lost to a database that restarts.
    /// </summary>
    private async Task End(CaptionChunkState begun, Func<CaptionChunkState, CaptionChunkState> outcome)
    {
        var pause = FirstSavePause;
        for (var saves = 1; saves <= MaxSaves; saves++)
        {
            try
            {
                if (await TryEnd(begun, outcome))
                {
                    _stored = state.State;
                }
                else
                {
                    LogLateResult(JobId, Index, begun.Attempt, state.State.Attempt);
                }

                return;
            }
            catch (Exception e)
            {
                LogNotSaved(JobId, Index, begun.Attempt, saves, e);
                await Task.Delay(pause, time);
                pause = pause * 2 < LongestSavePause ? pause * 2 : LongestSavePause;
            }
        }
    }

    /// <summary>False when the attempt was overtaken.</summary>
    private async Task<bool> TryEnd(CaptionChunkState begun, Func<CaptionChunkState, CaptionChunkState> outcome)
    {
        if (state.State != begun)
        {
            await state.ReadStateAsync();
        }

        if (state.State.AttemptId != begun.AttemptId)
        {
            return false;
        }

        // Closed by whom but itself: the answer to a write was lost, and not the write.
        if (state.State.IsAttemptOpen)
        {
            state.State = outcome(state.State);
            await state.WriteStateAsync();
        }

        return true;
    }

    private async Task SaveIfChanged(CaptionChunkState next)
    {
        if (next != state.State)
        {
            await this.Save(state, next);
            _stored = next;
            Settle();
        }
    }

    /// <summary>Tells what is stored, while nobody works.</summary>
    private void Settle()
    {
        var chunk = _stored;
        var work = chunk.Result is not null ? WorkState.Done
            : chunk.IsFailed ? WorkState.Failed
            : chunk.RetryAt is not null ? WorkState.Waiting
            : WorkState.Idle;
        var processedMs = chunk.Result is { Span: var span } ? span.EndMs - span.StartMs : 0;
        _report.Change(before => new(
            work, chunk.Attempt, before.Revision + 1, processedMs, chunk.RetryAt, chunk.Refusal));
    }

    /// <summary>On any thread, one call after the other.</summary>
    private void Tell(long processedMs)
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
        "Chunk {Index} of job {JobId}: what attempt {Attempt} brought is refused; {Newest} has begun since.")]
    private partial void LogLateResult(Guid jobId, int index, int attempt, int newest);

    [LoggerMessage(
        2213, LogLevel.Warning,
        "Chunk {Index} of job {JobId}: the end of attempt {Attempt} is not stored ({Saves} tries).")]
    private partial void LogNotSaved(Guid jobId, int index, int attempt, int saves, Exception exception);
}
