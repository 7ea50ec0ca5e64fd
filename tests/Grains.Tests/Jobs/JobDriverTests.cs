using Ax2.Credits;
using Ax2.Jobs.Steps;
using Ax2.TestKit;
using Ax2.TestKit.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Xunit;

namespace Ax2.Jobs;

/// <summary>The loop over scripted steps, one activation after the other over the same storage.</summary>
public sealed class JobDriverTests : JobDriverTest
{
    [Theory]
    [InlineData(JobStage.Accepted)]
    [InlineData(JobStage.Reserved)]
    [InlineData(JobStage.Transcribing)]
    [InlineData(JobStage.Storing)]
    public async Task Stage_FailsForGood_EndsFailedWithTheReasonAndReleasesTheHold(JobStage stage)
    {
        Begin(stage);
        Fail(stage);

        var job = await DriveToTheEnd();

        Assert.Equal((JobStage.Failed, JobRefusals.StageFailed), (job.Stage, job.Refusal?.Code));
        Assert.Equal((0L, 0), (job.HeldCredits, job.StageAttempts));
        Assert.InRange(Tries.Count(tried => tried == stage), 5, MaxStageAttempts);
        Assert.Single(Tries, JobStage.Releasing);
    }

    /// <summary>The hold is not extended any more, and expires by itself.</summary>
    [Theory]
    [InlineData(JobStage.Settling, 0, JobStage.Failed)]
    [InlineData(JobStage.Releasing, 0, JobStage.Failed)]
    [InlineData(JobStage.Settling, 1_000, JobStage.Partial)]
    [InlineData(JobStage.Releasing, 1_000, JobStage.Partial)]
    public async Task Hold_CannotBeResolved_EndsTheJobAllTheSame(JobStage stage, long paidMs, JobStage end)
    {
        Begin(stage, job => job with { PaidMs = paidMs });
        Fail(stage);

        var job = await DriveToTheEnd();

        Assert.Equal((end, JobRefusals.StageFailed, 0L), (job.Stage, job.Refusal?.Code, job.HeldCredits));
        Assert.All(Tries, tried => Assert.Equal(stage, tried));
    }

    [Fact]
    public async Task Releasing_OfAJobThatFailed_KeepsItsReason()
    {
        Begin(JobStage.Releasing, job => job with { Refusal = new Refusal(JobRefusals.SpeechRefused, "No.") });
        Fail(JobStage.Releasing);

        Assert.Equal(JobRefusals.SpeechRefused, (await DriveToTheEnd()).Refusal?.Code);
    }

    [Fact]
    public async Task Stage_FailsWithoutALimit_IsTriedOn()
    {
        JobOptions.MaxStageAttempts = 0;
        Begin(JobStage.Settling);
        var failures = 0;
        Steps[JobStage.Settling] = (job, _) =>
        {
            Assert.False(job.IsLastAttempt);
            return ++failures <= 60 ? throw new IOException("Away.") : Task.FromResult(StepResult.Succeeded());
        };

        Assert.Equal(JobStage.Done, (await DriveToTheEnd()).Stage);
    }

    [Fact]
    public void MaxStageAttempts_ByDefault_OutlastsHalfAnHour()
    {
        var options = new JobOptions();
        var pauses = Enumerable.Range(1, options.MaxStageAttempts - 1)
            .Sum(failures => options.BackOff(failures, options.MaxRetryDelay).TotalMinutes);

        Assert.InRange(pauses, 30, 45);
    }

    [Fact]
    public async Task Step_OnTheLastAttempt_KnowsIt()
    {
        Begin(JobStage.Accepted, job => job with { StageAttempts = MaxStageAttempts - 2 });
        List<bool> isLast = [];
        Steps[JobStage.Accepted] = (job, _) =>
        {
            isLast.Add(job.IsLastAttempt);
            throw new IOException("Away.");
        };

        await DriveToTheEnd();

        Assert.Equal([false, true], isLast);
    }

    /// <summary>
    /// The last attempt may be what ended its silo: where the work is the job's own, it counts as it begins.
    /// </summary>
    [Theory]
    [InlineData(JobStage.Storing, MaxStageAttempts, 0)]
    [InlineData(JobStage.Storing, MaxStageAttempts - 1, 1)]
    [InlineData(JobStage.Transcribing, MaxStageAttempts - 1, 1)]
    public async Task Resume_BesideTheLimit_RunsTheLastAttemptUnlessItHasBegun(JobStage stage, int counted, int tries)
    {
        Begin(stage, job => job with { StageAttempts = counted });
        Fail(stage);

        Assert.Equal(JobStage.Failed, (await DriveToTheEnd()).Stage);
        Assert.Equal(tries, Tries.Count(tried => tried == stage));
    }

    [Fact]
    public async Task BeginAsync_ReservationIsRefused_EndsOnce()
    {
        Begin(JobStage.Accepted);
        Steps[JobStage.Accepted] = (_, _) =>
            Task.FromResult(StepResult.Failed(new Refusal(CreditRefusals.Insufficient, "No.")));

        await Activate().BeginAsync(JobStorage.Stored);

        Assert.Equal((JobStage.Failed, 1), (JobStorage.Stored.Stage, LastHost.Ends));
    }

    [Theory]
    [InlineData(JobStage.Storing, true)]
    [InlineData(JobStage.Settling, false)]
    public async Task Cancel_NobodyDrivesAndItChangesNothing_DrivesOn(JobStage stage, bool isRequested)
    {
        Begin(stage, job => job with { IsCancelRequested = isRequested });
        Steps[JobStage.Storing] = (_, _) => Task.FromResult(StepResult.Succeeded());

        await Activate().CancelAsync();

        await LastHost.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        Assert.Equal(JobStage.Done, JobStorage.Stored.Stage);
    }

    [Fact]
    public async Task Step_FailsInAnActivationThatWasOvertaken_IsNotTriedThereAgain()
    {
        Begin(JobStage.Accepted);
        Fail(JobStage.Accepted);
        JobStorage.BeforeWrite = () => throw new InconsistentStateException("Another has written.");

        await DriveOnce();

        Assert.True(LastHost.IsGivenUp);
        Assert.Single(Tries);
    }

    [Theory]
    [InlineData(JobStage.Accepted)]
    [InlineData(JobStage.Reserved)]
    [InlineData(JobStage.Transcribing)]
    public async Task Cancel_WhileTheStepWaits_EndsItAndReleasesTheHold(JobStage stage)
    {
        Begin(stage);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Steps[stage] = async (job, cancellationToken) =>
        {
            entered.TrySetResult();
            if (!job.State.IsCancelRequested)
            {
                await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return StepResult.Cancelled;
        };

        await CancelWhenEntered(entered.Task);

        Assert.Equal((JobStage.Cancelled, 0L), (JobStorage.Stored.Stage, JobStorage.Stored.HeldCredits));
        Assert.Null(JobStorage.Stored.Refusal);
        Assert.Single(Tries, JobStage.Releasing);
    }

    [Fact]
    public async Task Cancel_WhileStoringFails_ReleasesTheHoldAfterAFewTries()
    {
        Begin(JobStage.Storing);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Steps[JobStage.Storing] = async (job, cancellationToken) =>
        {
            entered.TrySetResult();
            if (!job.State.IsCancelRequested)
            {
                await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw new IOException("Away.");
        };

        await CancelWhenEntered(entered.Task);

        Assert.Equal((JobStage.Cancelled, 0L), (JobStorage.Stored.Stage, JobStorage.Stored.HeldCredits));
        Assert.InRange(Tries.Count(tried => tried == JobStage.Storing), 1, 3);
        Assert.Single(Tries, JobStage.Releasing);
    }

    /// <summary>The captions are stored within the request: they are delivered and charged.</summary>
    [Fact]
    public async Task Cancel_WhileStoringSucceeds_SettlesWhatIsDelivered()
    {
        Begin(JobStage.Storing);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Steps[JobStage.Storing] = async (_, cancellationToken) =>
        {
            entered.TrySetResult();
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return StepResult.Succeeded();
        };

        await CancelWhenEntered(entered.Task);

        Assert.Equal(JobStage.Done, JobStorage.Stored.Stage);
        Assert.Equal([JobStage.Storing, JobStage.Settling], Tries);
    }

    [Fact]
    public async Task Cancel_WhileSettling_ComesTooLate()
    {
        Begin(JobStage.Settling);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settled = new TaskCompletionSource<StepResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        Steps[JobStage.Settling] = (_, _) =>
        {
            entered.TrySetResult();
            return settled.Task;
        };
        var driver = Activate();
        driver.Resume();
        await entered.Task.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        await driver.CancelAsync();
        settled.SetResult(StepResult.Succeeded());
        await LastHost.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        Assert.Equal((JobStage.Done, false), (JobStorage.Stored.Stage, JobStorage.Stored.IsCancelRequested));
    }
}
