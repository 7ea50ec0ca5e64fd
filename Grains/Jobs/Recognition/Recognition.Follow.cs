using Ax2.Jobs.Chunks;
using Microsoft.Extensions.Logging;

namespace Ax2.Jobs;

/// <summary>One piece of work, from its slot to its end.</summary>
internal sealed partial class Recognition
{
    /// <param name="slot">Where to begin it; null only joins what is at work already.</param>
    private async Task Follow(int index, WorkSlot? slot, CancellationToken cancellationToken)
    {
        var piece = _pieces.TryGetValue(index, out var known) ? known : _pieces[index] = new WorkPiece();
        piece.IsFollowed = true;
        try
        {
            await (index == WorkPiece.Cutter
                ? FollowCutter(piece, slot, cancellationToken)
                : FollowChunk(index, piece, slot, cancellationToken));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Its silo may be gone: another may have it.
            LogPieceLost(jobId, index, e);
            piece.Fault(time.GetUtcNow(), options.RetryDelay);
        }
        catch (Exception)
        {
            // The run is over.
        }

        piece.IsFollowed = false;
        Signal();
    }

    private async Task FollowChunk(int index, WorkPiece piece, WorkSlot? slot, CancellationToken cancellationToken)
    {
        var chunk = Chunk(index);
        var report = slot is null
            ? await chunk.WaitForReport(-1, cancellationToken)
            : await Placed(slot, () => chunk.Begin(new BeginChunk(
                slot.SlotId, Job.Command!.UserId, Job.Chunks[index].Span, Job.Command.Language, Job.Command.Engine)));
        while (report.State == WorkState.Running)
        {
            piece.Runs(report.ProcessedMs);
            Revision++;
            report = await chunk.WaitForReport(report.Revision, cancellationToken);
        }

        Take(index, piece, report, slot is not null);
    }

    private void Take(int index, WorkPiece piece, ChunkReport report, bool isBegun)
    {
        switch (report.State)
        {
            case WorkState.Done:
                _news.Add(state => state.WithOutcome(index, ChunkOutcome.Done, null));
                break;
            case WorkState.Failed:
                _news.Add(state => state.WithOutcome(index, ChunkOutcome.Failed, report.Refusal));
                break;
            case WorkState.Waiting:
                piece.Rest(report.RetryAt ?? time.GetUtcNow() + options.RetryDelay);
                break;
            default:
                piece.Stands(report.State, isBegun, time.GetUtcNow(), options.RetryDelay);
                break;
        }
    }

    private async Task FollowCutter(WorkPiece piece, WorkSlot? slot, CancellationToken cancellationToken)
    {
        var cutter = grains.GetGrain<IAudioCutterGrain>(jobId);
        var report = slot is null
            ? await cutter.WaitForSpans(-1, cancellationToken)
            : await BeginCutting(cutter, slot);
        while (report.State == WorkState.Running)
        {
            piece.Runs(0);
            Hear(report);
            report = await cutter.WaitForSpans(report.Spans.Length, cancellationToken);
        }

        Hear(report);
        if (report.State == WorkState.Waiting)
        {
            piece.Rest(time.GetUtcNow() + options.BackOff(Math.Max(1, Job.Attempts), options.MaxRetryDelay));
            return;
        }

        if (slot is not null && report.State is WorkState.Idle or WorkState.NoSlot)
        {
            // It was handed over, or not even begun: no attempt that failed.
            _news.Add(state => state with { Attempts = Math.Max(0, state.Attempts - 1) });
        }

        piece.Stands(report.State, slot is not null, time.GetUtcNow(), options.RetryDelay);
    }

    private async Task<CutReport> BeginCutting(IAudioCutterGrain cutter, WorkSlot slot)
    {
        if (Job.Attempts >= options.MaxAttempts)
        {
            return new CutReport(WorkState.Failed, [], 0, new Refusal(
                JobRefusals.Internal, $"The audio could not be prepared in {Job.Attempts} attempts."));
        }

        await job.UpdateAsync(state => state with { Attempts = state.Attempts + 1 });
        return await Placed(slot, () => cutter.Begin(new CutAudio(
            slot.SlotId, Job.Command!.UserId, Job.ObjectKey, Job.AudioStreamIndex, Job.AudioDurationMs,
            Job.Range?.StartMs ?? 0, Job.Range?.EndMs, [.. Job.Chunks.Select(chunk => chunk.Span)])));
    }

    private void Hear(CutReport report)
    {
        _news.Add(state => state.WithSpans(report.Spans) with
        {
            IsCutComplete = report.State == WorkState.Done,
            CutRefusal = report.State == WorkState.Failed ? report.Refusal ?? WorkFailed : null,
        });
        Signal();
    }

    private static Refusal WorkFailed { get; } = new(JobRefusals.Internal, "The speech could not be recognised.");

    private static async Task<T> Placed<T>(WorkSlot slot, Func<Task<T>> call)
    {
        Task<T> answer;
        using (WorkPlacement.On(slot.Silo))
        {
            answer = call();
        }

        return await answer;
    }

    private async Task StopCutter()
    {
        try
        {
            await grains.GetGrain<IAudioCutterGrain>(jobId).Stop()
                .WaitAsync(StopPatience, time, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogPieceLost(jobId, WorkPiece.Cutter, e);
        }
    }

    private async Task StopChunk(JobChunk chunk)
    {
        try
        {
            await StopAndTake(chunk).WaitAsync(StopPatience, time, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogPieceLost(jobId, chunk.Index, e);
        }
    }

    private async Task StopAndTake(JobChunk chunk)
    {
        await Chunk(chunk.Index).Stop();
        var report = await Chunk(chunk.Index).WaitForReport(-1, CancellationToken.None);
        if (report.State == WorkState.Done)
        {
            _news.Add(state => state.WithOutcome(chunk.Index, ChunkOutcome.Done, null));
        }
    }

    private ICaptionChunkGrain Chunk(int index) => grains.GetChunk(jobId, index);

    [LoggerMessage(2301, LogLevel.Warning, "Job {JobId} lost sight of its piece {Index} and will begin it again.")]
    private partial void LogPieceLost(Guid jobId, int index, Exception exception);

    [LoggerMessage(2302, LogLevel.Warning, "Job {JobId} could not ask the work queue; asking again.")]
    private partial void LogQueueLost(Guid jobId, Exception exception);
}

/// <summary>What the run knows of one piece of work.</summary>
internal sealed class WorkPiece
{
    /// <summary>The index of the cutter among the chunks.</summary>
    public const int Cutter = -1;

    public static WorkKind KindOf(int index) => index == Cutter ? WorkKind.Cutter : WorkKind.Chunk;

    /// <summary>Until the queue has heard that the silo has no room.</summary>
    private static readonly TimeSpan NoSlotPause = TimeSpan.FromMilliseconds(200);

    private int _faults;

    public bool IsFollowed { get; set; }

    public bool IsRunning { get; private set; }

    public long ProcessedMs { get; private set; }

    public DateTimeOffset NotBefore { get; private set; }

    public void Runs(long processedMs)
    {
        (IsRunning, ProcessedMs) = (true, processedMs);
        _faults = 0;
    }

    public void Rest(DateTimeOffset until)
    {
        (IsRunning, ProcessedMs) = (false, 0);
        NotBefore = until;
    }

    /// <summary>
    /// Nobody works on it. When it ran, or nobody was asked to begin it, it goes straight back into the line.
    /// </summary>
    public void Stands(WorkState state, bool isBegun, DateTimeOffset now, TimeSpan retryDelay)
    {
        if (state == WorkState.NoSlot)
        {
            Rest(now + NoSlotPause);
        }
        else if (isBegun && !IsRunning)
        {
            Fault(now, retryDelay);
        }
        else
        {
            Rest(now);
        }
    }

    /// <summary>The first time it is tried again at once: mostly its silo went away.</summary>
    public void Fault(DateTimeOffset now, TimeSpan retryDelay)
    {
        var delay = _faults == 0 ? TimeSpan.Zero : retryDelay * Math.Pow(2, Math.Min(_faults - 1, 3));
        _faults++;
        Rest(now + delay);
    }
}
