using Xunit;

namespace Ax2.Jobs.Queue;

/// <summary>Files are cut ahead of their turn, beside what is recognised and no further than that needs.</summary>
public sealed class WorkQueueCutterTests : WorkQueueTest
{
    [Fact]
    public void Ask_SlotsForChunksAreTaken_CutterIsGivenItsOwnSlot()
    {
        Queue.Report(ReportOf(East, capacity: 1, Work()) with { CutterCapacity = 1 });

        var slot = Assert.Single(Now(Cut(User)).Slots);

        Assert.Equal((East, WorkKind.Cutter), (slot.Silo, slot.Kind));
    }

    [Fact]
    public void Ask_SlotsForCuttersAreTaken_ChunkIsGivenASlotAndTheCutterWaits()
    {
        var cutter = Work() with { Kind = WorkKind.Cutter };
        Queue.Report(ReportOf(East, capacity: 1, cutter) with { CutterCapacity = 1 });

        var waiting = Queue.Ask(Cut(User));

        Assert.Equal(WorkKind.Chunk, Assert.Single(Now(Request()).Slots).Kind);
        Assert.False(waiting.Task.IsCompleted);
    }

    [Fact]
    public void Ask_BothKindsAreWanted_BothAreGiven()
    {
        Queue.Report(ReportOf(East, capacity: 3) with { CutterCapacity = 3 });

        var answer = Now(Request(wanted: 2) with { WantsCutter = true });

        Assert.Equal(
            [WorkKind.Chunk, WorkKind.Chunk, WorkKind.Cutter], answer.Slots.Select(slot => slot.Kind).Order());
    }

    [Fact]
    public void Ask_NeitherIsSaid_OneChunkIsWanted()
    {
        Queue.Report(ReportOf(East, capacity: 3) with { CutterCapacity = 3 });

        Assert.Equal(WorkKind.Chunk, Assert.Single(Now(Request(wanted: 0)).Slots).Kind);
    }

    /// <summary>Capacity for two chunks: two files ahead, being cut or cut, and the next when one has begun.</summary>
    [Fact]
    public void Ask_UserHasAsManyFilesAheadAsThereIsCapacity_NextWaitsUntilOneIsBegun()
    {
        Report(Work(), Work());
        Now(Cut(User));
        var cut = Request() with { UserId = User };
        Queue.Ask(cut);
        var third = Queue.Ask(Cut(User));
        Assert.False(third.Task.IsCompleted);

        Report(Work());

        Assert.True(third.Task.IsCompleted);

        void Report(params RunningWork[] running) =>
            Queue.Report(ReportOf(East, capacity: 2, running) with { CutterCapacity = 9 });
    }

    [Fact]
    public void Ask_AnotherUserHasManyFilesAhead_OwnIsCutAtOnce()
    {
        Queue.Report(ReportOf(East, capacity: 1, Work()) with { CutterCapacity = 9 });
        Queue.Ask(Request() with { UserId = User });
        Assert.False(Queue.Ask(Cut(User)).Task.IsCompleted);

        Assert.Single(Now(Cut(Guid.CreateVersion7())).Slots);
    }

    [Fact]
    public void Report_OneSlotForACutter_GoesToWhoHasFewerFilesAhead()
    {
        Queue.Report(ReportOf(East, capacity: 4, Work(), Work(), Work(), Work()));
        Queue.Ask(Request() with { UserId = User });
        var earlier = Queue.Ask(Cut(User));
        var later = Queue.Ask(Cut(Guid.CreateVersion7()) with { WaitingSince = DateTimeOffset.UnixEpoch.AddYears(40) });

        Queue.Report(ReportOf(East, capacity: 4, Work(), Work(), Work(), Work()) with { CutterCapacity = 1 });

        Assert.Equal((false, true), (earlier.Task.IsCompleted, later.Task.IsCompleted));
    }

    [Fact]
    public void Ask_UserMayRunOneChunk_HasOneFileAhead()
    {
        Limits.MaxRunningPerUser = 1;
        var running = new RunningWork(Guid.CreateVersion7(), User);
        Queue.Report(ReportOf(East, capacity: 4, running) with { CutterCapacity = 4 });

        Assert.Single(Now(Cut(User)).Slots);

        Assert.False(Queue.Ask(Cut(User)).Task.IsCompleted);
    }

    [Fact]
    public void Sweep_CutterIsNotBegun_SlotIsGivenToAnother()
    {
        Queue.Report(ReportOf(East, capacity: 4) with { CutterCapacity = 1 });
        Now(Cut(User));
        var other = Cut(Guid.CreateVersion7());
        var call = Queue.Ask(other);

        Pass(10, () => Queue.Report(ReportOf(East, capacity: 4) with { CutterCapacity = 1 }));

        Assert.Equal(WorkKind.Cutter, Assert.Single(Queue.Answer(other.JobId, call).Slots).Kind);
    }

    [Fact]
    public void View_CuttersTakeNoCapacityOfChunks()
    {
        var cutter = Work() with { Kind = WorkKind.Cutter };
        Queue.Report(ReportOf(East, capacity: 2, Work(), cutter) with { CutterCapacity = 1 });

        Assert.Equal(new QueueSilo("east", 2, 1, false), Assert.Single(Queue.View().Silos));
    }

    /// <summary>All ask every few seconds: an ask that brings nothing must not look at all the others.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void Ask_TenThousandJobsWait_CostsLessThanASecondForAll(int cutterCapacity)
    {
        var users = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToList();
        Queue.Report(ReportOf(East, capacity: 1, Work()) with { CutterCapacity = cutterCapacity });
        // Each user has as many files ahead as are allowed.
        users.ForEach(user => Queue.Ask(Request() with { UserId = user }));
        var requests = Enumerable.Range(0, 10_000).Select(i => Cut(users[i % users.Count])).ToList();
        requests.ForEach(request => Queue.Ask(request));
        var started = TimeProvider.System.GetTimestamp();

        var calls = requests.ConvertAll(Queue.Ask);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(calls, call => Assert.False(call.Task.IsCompleted));
    }

    private static SlotRequest Cut(Guid user) => Request(wanted: 0) with { UserId = user, WantsCutter = true };
}
