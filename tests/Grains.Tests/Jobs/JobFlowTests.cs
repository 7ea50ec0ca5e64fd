using Xunit;

namespace Ax2.Jobs;

public sealed class JobFlowTests
{
    private const StepOutcome Ok = StepOutcome.Succeeded;
    private const StepOutcome No = StepOutcome.Failed;
    private const StepOutcome Stop = StepOutcome.Cancelled;
    private const StepOutcome Part = StepOutcome.Partial;

    /// <summary>The whole table: what is not in it must throw.</summary>
    private static readonly Dictionary<(JobStage, StepOutcome), JobStage> Table = new()
    {
        [(JobStage.Accepted, Ok)] = JobStage.Reserved,
        [(JobStage.Accepted, No)] = JobStage.Failed,
        [(JobStage.Accepted, Part)] = JobStage.Partial,
        [(JobStage.Accepted, Stop)] = JobStage.Releasing,
        [(JobStage.Reserved, Ok)] = JobStage.Transcribing,
        [(JobStage.Reserved, No)] = JobStage.Releasing,
        [(JobStage.Reserved, Stop)] = JobStage.Releasing,
        [(JobStage.Transcribing, Ok)] = JobStage.Storing,
        [(JobStage.Transcribing, No)] = JobStage.Releasing,
        [(JobStage.Transcribing, Stop)] = JobStage.Releasing,
        [(JobStage.Storing, Ok)] = JobStage.Settling,
        [(JobStage.Storing, No)] = JobStage.Releasing,
        [(JobStage.Storing, Stop)] = JobStage.Releasing,
        [(JobStage.Settling, Ok)] = JobStage.Done,
        [(JobStage.Settling, Part)] = JobStage.Partial,
        [(JobStage.Settling, Stop)] = JobStage.Cancelled,
        [(JobStage.Settling, No)] = JobStage.Failed,
        [(JobStage.Releasing, No)] = JobStage.Failed,
        [(JobStage.Releasing, Part)] = JobStage.Partial,
        [(JobStage.Releasing, Stop)] = JobStage.Cancelled,
    };

    [Fact]
    public void Next_ForEveryStageAndOutcome_IsTheTableOrThrows()
    {
        foreach (var stage in Enum.GetValues<JobStage>())
        {
            foreach (var outcome in Enum.GetValues<StepOutcome>())
            {
                if (Table.TryGetValue((stage, outcome), out var expected))
                {
                    Assert.Equal(expected, JobFlow.Next(stage, outcome));
                }
                else
                {
                    Assert.Throws<InvalidOperationException>(() => JobFlow.Next(stage, outcome));
                }
            }
        }
    }

    [Fact]
    public void EveryHold_OnEveryPath_IsSettledOrReleased()
    {
        // Once reserved, a job may only end by way of Settling or Releasing.
        var held = Table.Where(row => row.Key.Item1 is JobStage.Reserved or JobStage.Transcribing or JobStage.Storing);
        Assert.All(held, row => Assert.False(JobFlow.IsOver(row.Value)));
    }

    [Fact]
    public void CanCancel_InEveryStageBeforeSettlement_ReleasesTheHold()
    {
        Assert.All(
            Enum.GetValues<JobStage>(), stage => Assert.Equal(stage < JobStage.Settling, JobFlow.CanCancel(stage)));
        Assert.All(
            Enum.GetValues<JobStage>().Where(JobFlow.CanCancel),
            stage => Assert.Equal(JobStage.Releasing, JobFlow.Next(stage, Stop)));
    }

    [Theory]
    [InlineData(false, JobStage.Failed)]
    [InlineData(true, JobStage.Partial)]
    public void GivenUp_InEveryLiveStage_ReleasesTheHoldOrEnds(bool hasDelivered, JobStage end)
    {
        Assert.All(
            Enum.GetValues<JobStage>().Where(stage => !JobFlow.IsOver(stage)),
            stage => Assert.Equal(
                stage < JobStage.Settling ? JobStage.Releasing : end,
                JobFlow.Next(stage, JobFlow.GivenUp(stage, hasDelivered))));
    }

    [Fact]
    public void CanRetry_OnlyWhatIsOverAndIncomplete()
    {
        Assert.All(
            Enum.GetValues<JobStage>(),
            stage => Assert.Equal(JobFlow.IsOver(stage) && stage != JobStage.Done, JobFlow.CanRetry(stage)));
    }

    [Fact]
    public void LiveStages_AreTheOnesThatTheIndexCountsAsLive()
    {
        // The partial index jobs_live and the sweep say "stage < 6".
        Assert.All(Enum.GetValues<JobStage>(), stage => Assert.Equal((int)stage >= 6, JobFlow.IsOver(stage)));
    }
}
