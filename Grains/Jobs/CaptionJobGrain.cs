using Ax2.Jobs.Steps;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

/// <summary>
/// The door of a job: checks who asks, and delegates. <see cref="JobOrder"/> checks what is ordered,
/// <see cref="JobDriver"/> carries it out, <see cref="JobFeed"/> shows it.
/// </summary>
public sealed class CaptionJobGrain : Grain, ICaptionJobGrain, IRemindable, IJobHost
{
    private const string DriverReminder = "drive";

    /// <summary>The shortest that Orleans supports: how long a job may lie still after a crash.</summary>
    private static readonly TimeSpan DriverPeriod = TimeSpan.FromMinutes(1);
    private readonly StoredState<CaptionJobState> _state;
    private readonly JobOrder _order;
    private readonly JobDrafts _drafts;
    private readonly JobCleanup _cleanup;
    private readonly JobFeed _feed;
    private readonly JobDriver _driver;
    private readonly Func<Recognition> _newRecognition;

    public CaptionJobGrain(
        [StoredState("caption-job")] StoredState<CaptionJobState> state,
        IEnumerable<IJobStep> steps,
        IJobIndex index,
        JobOrder order,
        JobHold hold,
        JobDrafts drafts,
        JobCleanup cleanup,
        IOptions<JobOptions> options,
        TimeProvider time,
        ILogger<CaptionJobGrain> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_state, _order, _drafts, _cleanup) = (state, order, drafts, cleanup);
        var id = this.GetPrimaryKey();
        _newRecognition = () => new Recognition(id, state, GrainFactory, options.Value, time, logger);
        _feed = new JobFeed(id, state, index, time);
        _driver = new JobDriver(this, id, state, _feed, [.. steps], hold, options.Value, time, logger);
    }

    private CaptionJobState Job => _state.Value;

    private static Refusal Conflict { get; } =
        new(JobRefusals.IdempotencyConflict, "This idempotency key was used for another job.");

    private static Refusal Unknown { get; } = new(JobRefusals.JobUnknown, "There is no such job.");

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // An activation that is given up while it is created gets no call when it goes.
        if (!cancellationToken.IsCancellationRequested)
        {
            _driver.Resume();
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _driver.StopAsync(cancellationToken);
        await _state.SettleAsync(cancellationToken);
    }

    public async Task<JobAnswer> Start(StartJob command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Job.Exists)
        {
            // A repeated call resumes driving: the first one may have failed before it started.
            _driver.DriveUnlessOver();
            return Job.Command == command ? Answer() : new JobAnswer(null, Conflict);
        }

        var order = await _order.CheckStartAsync(command);
        return await BeginAsync(order);
    }

    public async Task<QuoteAnswer> GetQuote(StartJob command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var order = await _order.CheckAsync(command);
        return new QuoteAnswer(order.Job?.Quote, order.Refusal);
    }

    public Task<JobView?> Get(Guid workspaceId) => Task.FromResult(IsOwnedBy(workspaceId) ? _feed.View() : null);

    public async Task<JobView?> Cancel(Guid workspaceId)
    {
        if (!IsOwnedBy(workspaceId))
        {
            return null;
        }

        await _driver.CancelAsync();
        return _feed.View();
    }

    public async Task<JobAnswer> Retry(Guid workspaceId)
    {
        if (!IsOwnedBy(workspaceId))
        {
            return new JobAnswer(null, Unknown);
        }

        if (!JobFlow.IsOver(Job.Stage))
        {
            _driver.EnsureDriving();
            return new JobAnswer(_feed.View(), null);
        }

        var order = await _order.CheckRetryAsync(Job);
        return await BeginAsync(order);
    }

    public async Task<CaptionDraft?> RenderDraft(Guid workspaceId, string language, string formatId) =>
        IsOwnedBy(workspaceId) ? await _drafts.RenderAsync(Context(), language, formatId) : null;

    public async Task<bool> Delete(Guid workspaceId)
    {
        if (Job.Exists && !IsOwnedBy(workspaceId))
        {
            return true;
        }

        if (Job.Exists)
        {
            if (!JobFlow.IsOver(Job.Stage) || !_driver.IsIdle)
            {
                await _driver.CancelAsync();
                return false;
            }

            await _cleanup.DeleteAllAsync(Context());
            await UnregisterReminderAsync();
            await _state.ClearAsync();
        }

        // The row goes last: it is what leads a repeat here.
        await _feed.DeleteRowAsync();
        return true;
    }

    public Task Drive()
    {
        _driver.EnsureDriving();
        return Task.CompletedTask;
    }

    public async Task<JobView?> WaitForEvent(
        Guid workspaceId, long afterNumber, CancellationToken cancellationToken) =>
        IsOwnedBy(workspaceId) ? await _feed.WaitAsync(afterNumber, cancellationToken) : null;

    public Task ReceiveReminder(string reminderName, TickStatus status) =>
        Job.Exists ? _driver.CheckAsync() : UnregisterReminderAsync();

    Recognition IJobHost.NewRecognition() => _newRecognition();

    IDisposable IJobHost.StartTimer(Action tick, TimeSpan period) => this.RegisterGrainTimer(
        _ =>
        {
            tick();
            return Task.CompletedTask;
        },
        period,
        period);

    Task IJobHost.RegisterReminderAsync() =>
        this.RegisterOrUpdateReminder(DriverReminder, DriverPeriod, DriverPeriod);

    Task IJobHost.UnregisterReminderAsync() => UnregisterReminderAsync();

    void IJobHost.GiveUp() => DeactivateOnIdle();

    private async Task<JobAnswer> BeginAsync(CheckedOrder order)
    {
        if (order.Job is not { } run)
        {
            return new JobAnswer(null, order.Refusal);
        }

        await _driver.BeginAsync(run);
        return Answer();
    }

    private JobAnswer Answer() => new(_feed.View(), Job.Refusal);

    private JobContext Context() => new(this.GetPrimaryKey(), _state);

    private Task UnregisterReminderAsync() => this.RemoveReminder(DriverReminder);

    private bool IsOwnedBy(Guid workspaceId) => Job.Command?.WorkspaceId == workspaceId;
}
