using Ax2.Captions.Speech;
using Ax2.Credits;
using Ax2.Jobs.Steps;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ax2.Jobs;

/// <summary>
/// Accepts a job and answers for it. The rest is in other files: <c>Draft</c> reads an order, <c>Drive</c> is the loop
/// that asks <see cref="JobFlow"/> for the next stage and runs its step, <c>Store</c> keeps the outcome and tells it,
/// <c>Work</c> spreads the recognition over the cluster, <c>Hold</c> keeps the credits, <c>Retry</c> begins another run,
/// <c>View</c> shows it, <c>Erase</c> forgets it.
/// </summary>
public sealed partial class CaptionJobGrain(
    [PersistentState("caption-job")] IPersistentState<CaptionJobState> state,
    IEnumerable<IJobStep> steps,
    IJobIndex index,
    SpeechEngines engines,
    IOptions<JobOptions> options,
    IOptions<PriceListOptions> prices,
    IOptions<CreditsOptions> credits,
    CaptionAssembly assembly,
    WorkRemains remains,
    TimeProvider time,
    ILogger<CaptionJobGrain> logger) : Grain, ICaptionJobGrain, IRemindable, IDisposable
{
    private static readonly TimeSpan WatchPatience = TimeSpan.FromSeconds(5);

    private CaptionJobState Job => state.State;

    public async Task<JobAnswer> Start(StartJob command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (Job.Exists)
        {
            // Who repeats his call may have been told of a fault: it may have come before the driving.
            DriveUnlessOver();
            return Job.Command == command ? new JobAnswer(View(), Job.Refusal) : new JobAnswer(null, Conflict);
        }

        var (draft, refusal) = await Draft(command);
        if (draft is null)
        {
            return new JobAnswer(null, refusal);
        }

        if (JobExtrasRules.RefuseUnavailable(draft.Quote) is { } unavailable)
        {
            return new JobAnswer(null, unavailable);
        }

        // The reminder comes first: from the moment the job is stored, something will drive it whatever happens.
        await RegisterDriver();
        await Store(_ => draft);
        await TryReserve();
        EnsureDriving();
        return new JobAnswer(View(), Job.Refusal);
    }

    public async Task<QuoteAnswer> GetQuote(StartJob command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var (draft, refusal) = await Draft(command);
        return new QuoteAnswer(draft?.Quote, refusal);
    }

    public Task<JobView?> Get(Guid workspaceId) => Task.FromResult(IsOwnedBy(workspaceId) ? View() : null);

    public async Task<JobView?> Cancel(Guid workspaceId)
    {
        if (!IsOwnedBy(workspaceId))
        {
            return null;
        }

        if (JobFlow.CanCancel(Job.Stage) && !Job.IsCancelRequested)
        {
            await Save(job => job with { IsCancelRequested = true });
            await _work.CancelAsync();
            EnsureDriving();
        }

        return View();
    }

    public async Task<JobView?> WaitForEvent(
        Guid workspaceId, long afterNumber, CancellationToken cancellationToken)
    {
        if (!IsOwnedBy(workspaceId))
        {
            return null;
        }

        if (_eventNumber <= afterNumber && !JobFlow.IsOver(Told.Stage))
        {
            try
            {
                await _changed.Task.WaitAsync(WatchPatience, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Nothing happened: the unchanged view tells the watcher that the job is still here.
            }
        }

        return View();
    }

    private static Refusal Conflict { get; } =
        new(JobRefusals.IdempotencyConflict, "This idempotency key was used for another job.");

    private bool IsOwnedBy(Guid workspaceId) => Told.Command?.WorkspaceId == workspaceId;
}
