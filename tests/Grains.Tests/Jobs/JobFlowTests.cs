using Xunit;

namespace Ax2.Jobs;

public sealed class JobFlowTests
{
    private const StepOutcome Ok = StepOutcome.Succeeded;
    private const StepOutcome No = StepOutcome.Failed;
    private const StepOutcome Stop = StepOutcome.Cancelled;

    /// <summary>The whole table: what is not in it must throw.</summary>
    private static readonly Dictionary<(JobStage, StepOutcome), JobStage> Table = new()
    {
        [(JobStage.Accepted, Ok)] = JobStage.Reserved,
        [(JobStage.Accepted, No)] = JobStage.Failed,
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
        [(JobStage.Settling, No)] = JobStage.Failed,
        [(JobStage.Releasing, No)] = JobStage.Failed,
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
        foreach (var stage in new[] { JobStage.Reserved, JobStage.Transcribing, JobStage.Storing })
        {
            foreach (var outcome in Enum.GetValues<StepOutcome>())
            {
                Assert.False(JobFlow.IsOver(JobFlow.Next(stage, outcome)));
            }
        }
    }

    [Fact]
    public void CanCancel_OnlyWhereTheFlowKnowsTheWay()
    {
        foreach (var stage in Enum.GetValues<JobStage>().Where(JobFlow.CanCancel))
        {
            Assert.Equal(JobStage.Releasing, JobFlow.Next(stage, Stop));
        }
    }
}
