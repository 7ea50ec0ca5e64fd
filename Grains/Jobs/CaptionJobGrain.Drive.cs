using Ax2.Jobs.Steps;
using Microsoft.Extensions.Logging;

namespace Ax2.Jobs;

/// <summary>
/// The loop. It looks only at the stored state, so whoever starts it (a call, an activation, the reminder after a
/// crash) starts it right. It runs beside the grain's calls on the grain's own scheduler: between two awaits nothing
/// else touches the state.
/// </summary>
public sealed partial class CaptionJobGrain
{
    private const string DriverReminder = "drive";

    /// <summary>The shortest that Orleans supports: how long a job may lie still after a crash.</summary>
    private static readonly TimeSpan DriverPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromMinutes(1);

    /// <summary>After so many tries of one step it is left to a new activation.</summary>
    private const int FailuresOfActivation = 5;

    private Task _driving = Task.CompletedTask;

    /// <summary>Ends the running step: on a request to cancel, and when the activation goes.</summary>
    private CancellationTokenSource _work = new();
    private bool _isLeaving;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _eventNumber = Job.EventNumber;
        // An activation that was given up while it came to life is not told when it goes.
        if (!cancellationToken.IsCancellationRequested)
        {
            DriveUnlessOver();
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isLeaving = true;
        await _work.CancelAsync();
        await _driving.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
            | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _work.Dispose();

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (Job.Exists)
        {
            EnsureDriving();
            await ExtendHold();
        }
        else
        {
            await UnregisterDriver();
        }
    }

    public Task Drive()
    {
        EnsureDriving();
        return Task.CompletedTask;
    }

    private void EnsureDriving()
    {
        if (Job.Exists && _driving.IsCompleted && !_isLeaving)
        {
            _driving = Loop();
        }
    }

    private void DriveUnlessOver()
    {
        if (!JobFlow.IsOver(Job.Stage))
        {
            EnsureDriving();
        }
    }

    private async Task Loop()
    {
        try
        {
            var failures = 0;
            while (!JobFlow.IsOver(Job.Stage) && !_isLeaving)
            {
                failures = await TryAdvance() ? 0 : failures + 1;
                if (failures == FailuresOfActivation)
                {
                    // Another may have driven the job past what is remembered here: the next one reads anew.
                    GiveUp();
                }
                else if (failures > 0 && !_isLeaving)
                {
                    await Pause(failures);
                }
            }

            if (!_isLeaving)
            {
                await Finish();
            }
        }
        catch (Exception e)
        {
            // The outcome of a write is unknown: this activation is done for.
            LogDriveLost(this.GetPrimaryKey(), e);
            GiveUp();
        }
        finally
        {
            LeaveRun();
        }
    }

    /// <summary>The reminder or a sweep drives the next activation.</summary>
    private void GiveUp()
    {
        _isLeaving = true;
        DeactivateOnIdle();
    }

    /// <summary>Runs the step of the stage and stores its outcome. False when it should be tried again.</summary>
    private async Task<bool> TryAdvance()
    {
        StepResult result;
        try
        {
            result = await RunStep();
        }
        catch (OperationCanceledException) when (_isLeaving || Job.IsCancelRequested)
        {
            return true;
        }
        catch (Exception e)
        {
            LogStepFailed(this.GetPrimaryKey(), Job.Stage, e);
            return false;
        }

        await Advance(result);
        return true;
    }

    private async Task<StepResult> RunStep()
    {
        await ExtendHold();
        return Job.Stage switch
        {
            JobStage.Accepted or JobStage.Reserved when Job.IsCancelRequested => StepResult.Cancelled,
            JobStage.Reserved => await StandInLine(),
            JobStage.Transcribing => await Recognise(),
            // Only what waits for work is worth ending early; what resolves the hold must come to its end.
            _ => await steps.First(step => step.Stage == Job.Stage)
                .RunAsync(new JobContext(this.GetPrimaryKey(), Job), CancellationToken.None),
        };
    }

    private async Task Advance(StepResult result)
    {
        var stage = JobFlow.Next(Job.Stage, result.Outcome);
        if (stage is not (JobStage.Reserved or JobStage.Transcribing))
        {
            LeaveRun();
        }

        // No list and no erasure knows of a start that was refused: it keeps nothing that says whose it was.
        await Store(job => result.Change(job) with
        {
            Stage = stage,
            FileName = JobFlow.IsOver(stage) && !WasReserved ? "" : job.FileName,
            FinishedAt = JobFlow.IsOver(stage) ? time.GetUtcNow() : null,
        });
        LogStage(this.GetPrimaryKey(), stage);
        if (IsListed && !JobFlow.IsOver(stage))
        {
            await index.UpsertAsync(View(), Job.Command!.UserId, CancellationToken.None);
        }
    }

    /// <summary>A start that was refused for want of credits is no job that anybody wants to see in a list.</summary>
    private bool IsListed => Job.Stage != JobStage.Accepted && WasReserved;

    private bool WasReserved => Job.History.Any(e => e.Stage == JobStage.Reserved);

    private async Task TryReserve()
    {
        if (!await TryAdvance())
        {
            LogReservationOpen(this.GetPrimaryKey());
        }

        if (JobFlow.IsOver(Job.Stage))
        {
            await Finish();
        }
    }

    private async Task Finish()
    {
        if (IsListed)
        {
            await index.UpsertAsync(View(), Job.Command!.UserId, CancellationToken.None);
        }

        await UnregisterDriver();
    }

    private async Task Pause(int failures)
    {
        try
        {
            await Task.Delay(options.Value.BackOff(failures, MaxRetryDelay), time, _work.Token);
        }
        catch (OperationCanceledException)
        {
            // Cancelled or leaving: the loop looks again at once.
            if (!_isLeaving)
            {
                _work = new CancellationTokenSource();
            }
        }
    }

    private Task<IGrainReminder> RegisterDriver() =>
        this.RegisterOrUpdateReminder(DriverReminder, DriverPeriod, DriverPeriod);

    private Task UnregisterDriver() => this.Forget(DriverReminder);

    [LoggerMessage(2001, LogLevel.Information, "Job {JobId} is {Stage}.")]
    private partial void LogStage(Guid jobId, JobStage stage);

    [LoggerMessage(2002, LogLevel.Warning, "Job {JobId} could not finish its step at {Stage}.")]
    private partial void LogStepFailed(Guid jobId, JobStage stage, Exception exception);

    [LoggerMessage(2003, LogLevel.Warning, "Job {JobId} is given up by this activation; another will drive it on.")]
    private partial void LogDriveLost(Guid jobId, Exception exception);

    [LoggerMessage(2004, LogLevel.Warning, "Job {JobId} was accepted; its reservation will be tried again.")]
    private partial void LogReservationOpen(Guid jobId);
}
