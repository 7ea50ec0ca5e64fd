using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Ax2.Jobs.Chunks;
using Microsoft.Extensions.Logging;
using static Ax2.Jobs.RecognitionCommand;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>
/// Has one job's audio cut and recognised in the cluster: does what <see cref="RecognitionFlow"/> decides, and feeds it
/// with what comes of it through one channel, read by one loop on the grain's scheduler. One caller at a time.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "The timer goes with each run; a source without a timer holds nothing.")]
internal sealed partial class Recognition
{
    private readonly Channel<RecognitionEvent> _events = Channel.CreateUnbounded<RecognitionEvent>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly Guid _jobId;
    private readonly StoredState<CaptionJobState> _job;
    private readonly JobOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RecognitionCalls _calls;
    private RecognitionState _state = new();
    private TaskCompletionSource _request = new();
    private CancellationTokenSource _polls = new();
    private Task? _loop;
    private ITimer? _timer;
    private long _startedAt;
    private long _startedAtMs;

    public Recognition(
        Guid jobId, StoredState<CaptionJobState> job, IGrainFactory grains, JobOptions options, TimeProvider time,
        ILogger logger)
    {
        (_jobId, _job, _options, _time, _logger) = (jobId, job, options, time, logger);
        _calls = new RecognitionCalls(jobId, grains);
    }

    /// <summary>Where the job stands in the queue; null when it does not wait.</summary>
    public QueuePlace? Place => _state.Place;

    /// <summary>Grows with everything that a watcher should see.</summary>
    public int Revision { get; private set; }

    /// <summary>Recognised in all, what runs included.</summary>
    public long ProcessedMs => Math.Min(Job.OrderedMs, Job.Chunks.Sum(ProcessedMsOf));

    /// <summary>Audio in a second, since this activation works on it; null while nothing came of it.</summary>
    public double? SpeedMsPerSecond
    {
        get
        {
            var doneMs = ProcessedMs - _startedAtMs;
            var seconds = _time.GetElapsedTime(_startedAt).TotalSeconds;
            return _startedAt > 0 && doneMs > 0 && seconds > 0 ? doneMs / seconds : null;
        }
    }

    private CaptionJobState Job => _job.Value;

    public bool IsRunning(int index) => _state.Items.GetValueOrDefault(index)?.IsRunning == true;

    public long ProcessedMsOf(JobChunk chunk) => chunk.Outcome switch
    {
        ChunkOutcome.Done => chunk.DurationMs,
        ChunkOutcome.Pending => Math.Min(
            chunk.DurationMs, _state.Items.GetValueOrDefault(chunk.Index)?.ProcessedMs ?? 0),
        _ => 0,
    };

    /// <summary>
    /// Has the audio cut, and waits for the first slot for a chunk, or until it is known that there will be none: from
    /// then on the job is at work. When it is cancelled because the job is, the cutter is stopped.
    /// </summary>
    public async Task WaitForSlotAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RequestAsync(new WaitRequested(Job), cancellationToken);
        }
        catch (OperationCanceledException) when (Job.IsCancelRequested)
        {
            await RequestAsync(new StopRequested(Job, HasChunks: false), CancellationToken.None);
            throw;
        }
    }

    /// <summary>
    /// Until every chunk has come to its end or the audio cannot be cut; all outcomes are stored then. When it is
    /// cancelled, what is at work goes on: another activation may join it.
    /// </summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        (_startedAt, _startedAtMs) = (_time.GetTimestamp(), ProcessedMs);
        return RequestAsync(new RunRequested(Job), cancellationToken);
    }

    /// <summary>
    /// Ends what is at work within 2 s, and stores what was finished up to now. What cannot be reached in that time is
    /// stopped as soon as it answers.
    /// </summary>
    public Task StopAsync() => RequestAsync(new StopRequested(Job), CancellationToken.None);

    /// <summary>For an activation that ends: gives unused slots back and saves no more; the work goes on.</summary>
    public void Abandon() => Post(new Halted(new OperationCanceledException("The activation lets go of the job.")));

    private async Task RequestAsync(RecognitionEvent request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _loop ??= LoopAsync();
        _request.TrySetCanceled(CancellationToken.None);
        _request = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(request);
        await using var cancelled = cancellationToken.Register(
            () => Post(new Halted(new OperationCanceledException(cancellationToken))));
        await _request.Task;
    }

    private void Post(RecognitionEvent happened) => _events.Writer.TryWrite(happened);

    /// <summary>It has no end: without a request or an open call nothing refers to it any more.</summary>
    private async Task LoopAsync()
    {
        while (await _events.Reader.WaitToReadAsync(CancellationToken.None))
        {
            try
            {
                List<RecognitionEvent> events = [];
                while (_events.Reader.TryRead(out var happened))
                {
                    events.Add(happened);
                }

                Step(events);
            }
            catch (Exception fault)
            {
                // Answers may be lost with it: none to an earlier call counts any more.
                _state = new RecognitionState { LastCall = _state.LastCall };
                _request.TrySetException(fault);
            }
        }
    }

    private void Step(List<RecognitionEvent> events)
    {
        var wakeAt = _state.WakeAt;
        (_state, var commands) = RecognitionFlow.Step(_state, events, _options, _time.GetUtcNow());
        Revision++;
        foreach (var command in commands)
        {
            Execute(command);
        }

        if (_state.WakeAt != wakeAt || events.Exists(happened => happened is Woke))
        {
            SetTimer();
        }
    }

    private void SetTimer()
    {
        _timer?.Dispose();
        _timer = null;
        if (_state.WakeAt is { } wakeAt)
        {
            // Timers count whole milliseconds, and one that is early would only look again and again.
            var wait = wakeAt - _time.GetUtcNow() + TimeSpan.FromMilliseconds(1);
            _timer = _time.CreateTimer(
                _ => Post(new Woke()), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Execute(RecognitionCommand command)
    {
        switch (command)
        {
            case AskQueue ask: _ = AnswerAsync(_calls.AskAsync(ask, SlotsFor(ask)), new AskFailed(ask.Call)); break;
            case LeaveQueue leave: _calls.Leave(leave); break;
            case Begin begin:
                _ = AnswerAsync(_calls.BeginAsync(begin, _state.Job), new CallFailed(begin.Call, begin.Index));
                break;
            case Poll poll:
                _ = AnswerAsync(_calls.PollAsync(poll, _polls.Token), new CallFailed(poll.Call, poll.Index));
                break;
            case CancelPolls:
                _polls.Cancel();
                _polls = new CancellationTokenSource();
                break;
            case Stop stop:
                _ = AnswerAsync(_calls.StopAsync(stop), new StopEnded(stop.Call, stop.Index, IsDone: false));
                break;
            case Save save: _ = SaveAsync(save); break;
            case End { Fault: null }: _request.TrySetResult(); break;
            case End end: _request.TrySetException(end.Fault!); break;
            default: throw new InvalidOperationException($"{command.GetType().Name} is no known command.");
        }
    }

    private SlotRequest SlotsFor(AskQueue ask) => new(
        _jobId, Job.Command!.UserId, Job.Plan, Job.QueuedSince, ask.Chunks, Job.OrderedMs - ProcessedMs,
        ask.WantsCutter);

    private async Task AnswerAsync(Task<RecognitionEvent> call, RecognitionEvent failed)
    {
        try
        {
            Post(await call);
        }
        catch (Exception fault)
        {
            if (fault is not OperationCanceledException)
            {
                LogCallFailed(_jobId, failed, fault);
            }

            Post(failed);
        }
    }

    private async Task SaveAsync(Save save)
    {
        try
        {
            Post(new Saved(await _job.UpdateAsync(job =>
            {
                var next = save.Changes.Aggregate(job, (changed, change) => change.ApplyTo(changed));
                return next == job ? job : next;
            })));
        }
        catch (Exception fault)
        {
            Post(new SaveFailed(fault));
        }
    }

    [LoggerMessage(2301, LogLevel.Warning, "Job {JobId}: a call of its recognition failed ({Failure}); it goes on.")]
    private partial void LogCallFailed(Guid jobId, RecognitionEvent failure, Exception exception);
}
