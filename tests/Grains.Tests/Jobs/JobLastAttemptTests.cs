using Ax2.Jobs.Steps;
using Orleans.Storage;
using Xunit;

namespace Ax2.Jobs;

/// <summary>What is delivered and charged in the end depends on the last attempt.</summary>
public sealed class JobLastAttemptTests : JobDriverTest
{
    [Theory]
    [InlineData(JobStage.Storing)]
    [InlineData(JobStage.Settling)]
    [InlineData(JobStage.Releasing)]
    public async Task Stage_FailsAndAnActivationEndsAtAnyWrite_RunsTheLastAttemptOnce(JobStage stage)
    {
        for (var max = 1; max <= 12; max++)
        {
            for (var lostWrite = 0; lostWrite < max + 3; lostWrite++)
            {
                Assert.Equal((max, lostWrite, 1), (max, lostWrite, await CountLastAttempts(stage, max, lostWrite)));
            }
        }
    }

    /// <summary>The silo ends within a try each time.</summary>
    [Theory]
    [InlineData(JobStage.Storing)]
    [InlineData(JobStage.Settling)]
    [InlineData(JobStage.Releasing)]
    public async Task Stage_EveryTryEndsItsSilo_IsGivenUpAfterTheLastAttempt(JobStage stage)
    {
        Begin(stage);
        List<bool> isLast = [];
        Steps[stage] = (job, _) =>
        {
            isLast.Add(job.IsLastAttempt);
            LastHost.GiveUp();
            return new TaskCompletionSource<StepResult>().Task;
        };

        while (!JobFlow.IsOver(JobStorage.Stored.Stage) && isLast.Count <= MaxStageAttempts)
        {
            Activate().Resume();
            await LastHost.Ended.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        }

        Assert.InRange(isLast.Count, 1, MaxStageAttempts);
        Assert.Equal(isLast.Count - 1, isLast.IndexOf(true));
    }

    private async Task<int> CountLastAttempts(JobStage stage, int max, int lostWrite)
    {
        JobOptions.MaxStageAttempts = max;
        Begin(stage);
        var lastAttempts = 0;
        Steps[stage] = (job, _) =>
        {
            lastAttempts += job.IsLastAttempt ? 1 : 0;
            throw new IOException("Away.");
        };
        var writes = 0;
        JobStorage.BeforeWrite = () => writes++ == lostWrite
            ? throw new InconsistentStateException("Another has written.")
            : Task.CompletedTask;
        await DriveToTheEnd();
        return lastAttempts;
    }
}
