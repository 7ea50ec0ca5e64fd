using Ax2.Jobs.Steps;
using Microsoft.Extensions.Logging;

namespace Ax2.Jobs;

/// <summary>
/// The loop: runs the step of the stored stage, asks <see cref="JobFlow"/> for the next one and stores it. It looks
/// only at the stored state, so whoever starts it (a call, an activation, the reminder after a crash) starts it right.
/// It runs beside the grain's calls on the grain's scheduler.
/// </summary>
internal sealed partial class JobDriver(
    IJobHost host,
    Guid jobId,
    StoredState<CaptionJobState> state,
    JobFeed feed,
    IReadOnlyCollection<IJobStep> steps,
    JobHold hold,
    JobOptions options,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>
    /// After so many failed tries of a step the next one is left to a new activation, which may come up on another silo
    /// and reads anew: another may have driven the job past what this one has read.
    /// </summary>
    private const int FailuresOfActivation = 5;

    private Task _driving = Task.CompletedTask;

    /// <summary>Ends the running step or pause early; null while neither runs.</summary>
    private CancellationTokenSource? _turn;
    private bool _isResumed;
    private bool _isLeaving;

    public bool IsIdle => _driving.IsCompleted;

    private CaptionJobState Job => state.Value;

    /// <summary>For a new activation, which has read what an earlier one stored.</summary>
    public void Resume()
    {
        _isResumed = true;
        DriveUnlessOver();
    }

    public void DriveUnlessOver()
    {
        if (!JobFlow.IsOver(Job.Stage))
        {
            EnsureDriving();
        }
    }

    /// <summary>A job that is over has its row of the list written again, and its reminder taken back.</summary>
    public void EnsureDriving()
    {
        if (Job.Exists && IsIdle && !_isLeaving)
        {
            _driving = LoopAsync();
        }
    }

    /// <summary>Begins a run; it is stored and its reservation tried when this returns.</summary>
    public async Task BeginAsync(CaptionJobState run)
    {
        await _driving;
        // The reminder comes first: from the moment the run is stored, something will drive it whatever happens.
        await host.RegisterReminderAsync();
        await feed.StoreEventAsync(_ => run);
        if (!await TryAdvanceAsync(CancellationToken.None)) // One call to the account; a cancel waits for it.
        {
            LogReservationOpen(jobId);
        }

        if (JobFlow.IsOver(Job.Stage))
        {
            await FinishAsync();
        }

        DriveUnlessOver();
    }

    /// <summary>Stores the request, then ends the running step early. A repeat drives on what stands still.</summary>
    public async Task CancelAsync()
    {
        if (JobFlow.CanCancel(Job.Stage) && !Job.IsCancelRequested)
        {
            await state.UpdateAsync(job => JobFlow.CanCancel(job.Stage) ? job with { IsCancelRequested = true } : job);
            await EndTurnAsync();
        }

        DriveUnlessOver();
    }

    /// <summary>For the reminder: drives the job on when nobody does, and keeps its hold in a long step.</summary>
    public async Task CheckAsync()
    {
        EnsureDriving();
        await hold.ExtendAsync(jobId, state);
    }

    /// <summary>For the end of the activation.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isLeaving = true;
        await EndTurnAsync();
        await _driving.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task LoopAsync()
    {
        try
        {
            await CountResumeAsync();
            var failures = 0;
            while (!JobFlow.IsOver(Job.Stage) && !_isLeaving)
            {
                failures = await RunTurnAsync() ? 0 : failures + 1;
                if (failures == FailuresOfActivation)
                {
                    GiveUp();
                }
            }

            if (!_isLeaving)
            {
                await FinishAsync();
            }
        }
        catch (Exception e)
        {
            // The outcome of a write is unknown: only a new activation knows what is stored.
            LogDriveLost(jobId, e);
            GiveUp();
        }
        finally
        {
            feed.LeaveRecognition();
        }
    }

    private void GiveUp()
    {
        _isLeaving = true;
        host.GiveUp();
    }

    /// <summary>
    /// One try of the stage's step, and the pause after one that failed: false. Another activation would find no more
    /// space than this one, so a try that did not count is none.
    /// </summary>
    private async Task<bool> RunTurnAsync()
    {
        using var turn = new CancellationTokenSource();
        _turn = turn;
        var attempts = Job.StageAttempts;
        try
        {
            if (await TryAdvanceAsync(turn.Token))
            {
                return true;
            }

            var pause = JobLimits.PauseOf(Job, options, time.GetUtcNow());
            await Task.Delay(pause, time, turn.Token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return Job.StageAttempts == attempts;
        }
        finally
        {
            _turn = null;
        }
    }

    private Task EndTurnAsync() => _turn?.CancelAsync() ?? Task.CompletedTask;

    /// <summary>Runs the stage's step and stores its outcome. False when it failed: the loop decides.</summary>
    private async Task<bool> TryAdvanceAsync(CancellationToken cancellationToken)
    {
        StepResult result;
        try
        {
            result = JobLimits.EndOf(Job, options, time.GetUtcNow()) ?? await RunStepAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop looks again at what is stored, or ends.
            return true;
        }
        catch (Exception e)
        {
            LogStepFailed(jobId, Job.Stage, e);
            await state.UpdateAsync(job => JobLimits.CountFailure(job, e, options, time.GetUtcNow()));
            feed.PublishChange();
            return false;
        }

        await AdvanceAsync(result);
        return true;
    }

    private async Task<StepResult> RunStepAsync(CancellationToken cancellationToken)
    {
        await hold.ExtendAsync(jobId, state);
        var isLastAttempt = JobLimits.IsLastAttempt(Job, options);
        if (isLastAttempt && JobLimits.CountsDeaths(Job.Stage))
        {
            // It is counted as it begins, and nothing else counts up to the limit: it is neither skipped nor repeated.
            await CountAttemptAsync();
        }

        var job = new JobContext(jobId, state)
        {
            IsLastAttempt = isLastAttempt,
            Recognition = JobFlow.IsRecognition(Job.Stage) ? feed.EnterRecognition(host, options) : null,
        };
        return await steps.First(step => step.Stage == Job.Stage).RunAsync(job, cancellationToken);
    }

    private async Task AdvanceAsync(StepResult result)
    {
        var stage = JobFlow.Next(Job.Stage, result.Outcome);
        if (!JobFlow.IsRecognition(stage))
        {
            feed.LeaveRecognition();
        }

        await feed.StoreEventAsync(job => result.Change(job).Enter(stage, time.GetUtcNow()));
        LogStage(jobId, stage);
        if (!JobFlow.IsOver(stage))
        {
            await feed.WriteRowAsync();
        }
    }

    private async Task FinishAsync()
    {
        await feed.WriteRowAsync();
        await host.UnregisterReminderAsync();
    }

    private async Task CountAttemptAsync() =>
        await state.UpdateAsync(job => JobLimits.CountAttempt(job, options));

    /// <summary>What an earlier activation left may have been what ended its silo: a try that failed.</summary>
    private async Task CountResumeAsync()
    {
        if (_isResumed && JobLimits.CountsDeaths(Job.Stage) && !JobLimits.IsLastAttempt(Job, options))
        {
            await CountAttemptAsync();
        }

        _isResumed = false;
    }

    [LoggerMessage(2001, LogLevel.Information, "Job {JobId} is {Stage}.")]
    private partial void LogStage(Guid jobId, JobStage stage);

    [LoggerMessage(2002, LogLevel.Warning, "Job {JobId} could not finish its step at {Stage}.")]
    private partial void LogStepFailed(Guid jobId, JobStage stage, Exception exception);

    [LoggerMessage(2003, LogLevel.Warning, "Job {JobId} is given up by this activation; another will drive it on.")]
    private partial void LogDriveLost(Guid jobId, Exception exception);

    [LoggerMessage(2004, LogLevel.Warning, "Job {JobId} was accepted; its reservation will be tried again.")]
    private partial void LogReservationOpen(Guid jobId);
}
