using Ax2.Jobs.Steps;
using Xunit;

namespace Ax2.Jobs;

/// <summary>A step that finds no space is tried until there is some, for a day: it is no step that fails.</summary>
public sealed class JobSpaceTests : JobDriverTest
{
    public JobSpaceTests() => JobOptions.MaxRetryDelay = TimeSpan.Zero;

    [Theory]
    [InlineData(JobStage.Accepted)]
    [InlineData(JobStage.Transcribing)]
    [InlineData(JobStage.Storing)]
    [InlineData(JobStage.Settling)]
    public async Task Step_NoSpaceForLong_GoesOnWhenThereIsSome(JobStage stage)
    {
        Begin(stage);
        foreach (var other in new[] { JobStage.Reserved, JobStage.Transcribing, JobStage.Storing })
        {
            Steps[other] = (job, _) => Task.FromResult(Succeed(job));
        }

        var fulls = 0;
        Steps[stage] = (job, _) => ++fulls <= 3 * MaxStageAttempts
            ? throw new StorageFaultException(NoSpace.Code, "Full.")
            : Task.FromResult(Succeed(job));

        await DriveOn();

        Assert.Equal((JobStage.Done, false), (JobStorage.Stored.Stage, LastHost.IsGivenUp));
        Assert.Null(JobStorage.Stored.WaitingForSpaceSince);

        StepResult Succeed(JobContext job)
        {
            Assert.Equal(0, job.State.StageAttempts);
            Assert.Equal(job.State.Stage == stage, job.State.WaitingForSpaceSince is not null);
            return StepResult.Succeeded();
        }
    }

    [Theory]
    [InlineData(JobStage.Storing, JobStage.Failed)]
    [InlineData(JobStage.Settling, JobStage.Failed)]
    public async Task Step_NoSpaceForADay_EndsWithTheReason(JobStage stage, JobStage end)
    {
        Begin(stage);
        Steps[stage] = (_, _) =>
        {
            Clock.Advance(TimeSpan.FromHours(1));
            throw new StorageFaultException(NoSpace.Code, "Full.");
        };

        var job = await DriveToTheEnd();

        Assert.Equal((end, NoSpace.Code, 0L), (job.Stage, job.Refusal?.Code, job.HeldCredits));
        Assert.Equal(25, Tries.Count(tried => tried == stage));
    }

    [Theory]
    [InlineData(JobStage.Accepted)]
    [InlineData(JobStage.Transcribing)]
    [InlineData(JobStage.Storing)]
    public async Task Cancel_WhileItWaitsForSpace_ReleasesTheHold(JobStage stage)
    {
        (JobOptions.RetryDelay, JobOptions.MaxRetryDelay) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        Begin(stage);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Steps[stage] = (job, _) =>
        {
            entered.TrySetResult();
            return job.State.IsCancelRequested && stage == JobStage.Transcribing
                ? Task.FromResult(StepResult.Cancelled)
                : throw new StorageFaultException(NoSpace.Code, "Full.");
        };

        await CancelWhenEntered(entered.Task);

        Assert.Equal((JobStage.Cancelled, 0L), (JobStorage.Stored.Stage, JobStorage.Stored.HeldCredits));
        Assert.Single(Tries, JobStage.Releasing);
    }

    /// <summary>It counts as it begins, since it may end its silo.</summary>
    [Fact]
    public async Task LastAttempt_NoSpace_IsTriedAgain()
    {
        Begin(JobStage.Storing, job => job with { StageAttempts = MaxStageAttempts - 1 });
        var fulls = 0;
        Steps[JobStage.Storing] = (_, _) => ++fulls <= 3
            ? throw new StorageFaultException(NoSpace.Code, "Full.")
            : Task.FromResult(StepResult.Succeeded());

        await DriveOn();

        Assert.Equal(JobStage.Done, JobStorage.Stored.Stage);
    }

    [Fact]
    public async Task Step_FailsOtherwiseInBetween_CountsThat()
    {
        Begin(JobStage.Storing);
        var tries = 0;
        Steps[JobStage.Storing] = (_, _) =>
            ++tries % 2 == 0 ? throw new IOException("Away.") : throw new StorageFaultException(NoSpace.Code, "Full.");

        var job = await DriveToTheEnd();

        Assert.Equal((JobStage.Failed, JobRefusals.StageFailed), (job.Stage, job.Refusal?.Code));
    }

    /// <summary>Else a store that fails otherwise now and then is waited for without an end.</summary>
    [Fact]
    public async Task Step_FailsOtherwiseInBetween_KeepsTheClockOfTheWait()
    {
        JobOptions.MaxStageAttempts = 100;
        Begin(JobStage.Storing);
        var tries = 0;
        Steps[JobStage.Storing] = (_, _) =>
        {
            Clock.Advance(TimeSpan.FromHours(1));
            throw ++tries % 10 == 0 ? new IOException("Away.") : new StorageFaultException(NoSpace.Code, "Full.");
        };

        var job = await DriveToTheEnd();

        Assert.Equal((JobStage.Failed, NoSpace.Code, 25), (job.Stage, job.Refusal?.Code, tries));
    }

    /// <summary>In the activation that began the job: none died, which would count.</summary>
    private async Task DriveOn()
    {
        await Activate().CheckAsync();
        await LastHost.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);
    }
}
