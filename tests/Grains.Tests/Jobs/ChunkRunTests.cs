using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ax2.Jobs;

/// <summary>How one activation's work on its pieces ends.</summary>
[Collection(nameof(GrainCluster))]
public sealed class ChunkRunTests(GrainCluster cluster)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The activation may go between any two steps: then its thread must not be kept.</summary>
    [Fact]
    public async Task StandInLine_IsCancelledBeforeItAsks_Ends()
    {
        var job = new JobRecord();
        var run = new ChunkRun(job, cluster.Grains, new JobOptions(), TimeProvider.System, NullLogger.Instance);

        // On a thread of its own: a run that does not end would keep that of the test.
        var test = TestContext.Current.CancellationToken;
        var standing = Task.Run(() => run.StandInLineAsync(new CancellationToken(canceled: true)), test);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => standing.WaitAsync(Patience, test));
        Assert.Empty(cluster.SlotRequests.Of(job.JobId));
    }

    /// <summary>A job whose audio has not been cut.</summary>
    private sealed class JobRecord : IJobRecord
    {
        public Guid JobId { get; } = Guid.CreateVersion7();

        public CaptionJobState State { get; private set; } = new()
        {
            Command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null),
        };

        public Task Save(Func<CaptionJobState, CaptionJobState> change)
        {
            State = change(State);
            return Task.CompletedTask;
        }
    }
}
