using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs.Queue;

/// <summary>
/// The calls and the clock of the work queue; what it knows and decides is in <see cref="WorkQueue"/>. All calls
/// interleave but those that store.
/// </summary>
public sealed partial class WorkQueueGrain : Grain, IWorkQueueGrain
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Each silo reports every second: after this, one that did not is not there.</summary>
    private static readonly TimeSpan OpeningTimeout = TimeSpan.FromSeconds(3);

    private readonly StoredState<WorkQueueState> _state;
    private readonly IClusterMembershipService _members;
    private readonly TimeProvider _time;
    private readonly ILogger<WorkQueueGrain> _logger;
    private readonly WorkQueue _queue;
    private readonly long _activatedAt;

    public WorkQueueGrain(
        [StoredState("work-queue")] StoredState<WorkQueueState> state,
        IClusterMembershipService members,
        IOptions<JobOptions> options,
        TimeProvider time,
        ILogger<WorkQueueGrain> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_state, _members, _time, _logger) = (state, members, time, logger);
        _queue = new WorkQueue(options.Value.Queue, time, IsGone);
        _activatedAt = time.GetTimestamp();
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Apply(_state.Value);
        this.RegisterGrainTimer(Sweep, new GrainTimerCreationOptions(SweepPeriod, SweepPeriod) { Interleave = true });
        return Task.CompletedTask;
    }

    public async Task<SlotAnswer> WaitForSlots(SlotRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = _queue.Ask(request);
        try
        {
            await call.Task.WaitAsync(AskTimeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing became free: the answer says at which position the job waits.
        }
        catch (OperationCanceledException)
        {
            _queue.BreakOff(request.JobId, call);
            throw;
        }

        return _queue.Answer(request.JobId, call);
    }

    public Task Leave(Guid jobId, ImmutableArray<Guid> unusedSlots)
    {
        _queue.Leave(jobId, unusedSlots);
        return Task.CompletedTask;
    }

    public Task<bool> Report(SiloCapacity capacity)
    {
        ArgumentNullException.ThrowIfNull(capacity);
        var shouldDrain = _queue.Report(capacity);
        OpenWhenReported();
        return Task.FromResult(shouldDrain);
    }

    public async Task SetPaused(bool isPaused)
    {
        if (isPaused != _state.Value.IsPaused)
        {
            Apply(await _state.UpdateAsync(state => state with { IsPaused = isPaused }));
            LogPaused(isPaused);
        }
    }

    public async Task SetDraining(string siloName, bool isDraining)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(siloName);
        if (isDraining != _state.Value.Draining.Contains(siloName))
        {
            Apply(await _state.UpdateAsync(state => state.WithDraining(siloName, isDraining)));
            LogDraining(siloName, isDraining);
        }
    }

    public Task<QueueView> GetView() => Task.FromResult(_queue.View());

    private void Apply(WorkQueueState state) => _queue.Set(state.IsPaused, state.Draining);

    private Task Sweep(CancellationToken cancellationToken)
    {
        _queue.Sweep();
        OpenWhenReported();
        return Task.CompletedTask;
    }

    /// <summary>Nothing is granted before it is known what runs: every silo reported it, or had the time to.</summary>
    private void OpenWhenReported()
    {
        if (!_queue.IsOpen && (_time.GetElapsedTime(_activatedAt) >= OpeningTimeout
            || _members.CurrentSnapshot.Members.Values
                .Where(member => member.Status == SiloStatus.Active)
                .All(member => _queue.HasReported(member.SiloAddress))))
        {
            _queue.Open();
        }
    }

    private bool IsGone(SiloAddress silo) => _members.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Dead;

    [LoggerMessage(2111, LogLevel.Information, "The work queue is paused: {IsPaused}.")]
    private partial void LogPaused(bool isPaused);

    [LoggerMessage(2112, LogLevel.Information, "Silo {SiloName} drains: {IsDraining}.")]
    private partial void LogDraining(string siloName, bool isDraining);
}
