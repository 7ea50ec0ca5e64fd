using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs.Queue;

public sealed class SlotTableTests
{
    private static readonly SiloAddress East = new FakeSilo(1).SiloAddress;
    private static readonly SiloAddress West = new FakeSilo(2).SiloAddress;

    private readonly SlotTable _table = new();
    private readonly Guid _job = Guid.CreateVersion7();
    private readonly Guid _user = Guid.CreateVersion7();

    [Fact]
    public void Deliver_GrantedSlot_IsDeliveredOnceToItsJobOnly()
    {
        var slot = Granted();
        Assert.Empty(_table.Deliver(Guid.CreateVersion7()));

        Assert.Equal([slot], _table.Deliver(_job));

        Assert.Empty(_table.Deliver(_job));
        Assert.Equal(SlotState.Delivered, _table.StateOf(slot.SlotId));
    }

    [Fact]
    public void Take_TakenOrSpent_IsRefused()
    {
        var work = Work(Granted());
        Assert.True(_table.Take(work, East, TimeSpan.Zero));
        Assert.False(_table.Take(work, East, TimeSpan.Zero));

        _table.Spend(work.SlotId, TimeSpan.Zero);

        Assert.False(_table.Take(work, East, TimeSpan.Zero));
        Assert.Equal(SlotState.Spent, _table.StateOf(work.SlotId));
    }

    [Fact]
    public void Expire_AfterTheTimeout_FreesWhatWasNotTakenAndForgetsWhatIsSpent()
    {
        var (granted, taken, spent) = (Granted(), Granted(), Granted());
        _table.Take(Work(taken), East, TimeSpan.Zero);
        _table.Spend(spent.SlotId, TimeSpan.Zero);

        _table.Expire(SlotTable.GrantTimeout - TimeSpan.FromTicks(1));
        Assert.Equal([SlotState.Granted, SlotState.Taken, SlotState.Spent], States());
        _table.Expire(SlotTable.GrantTimeout);

        Assert.Equal([null, SlotState.Taken, null], States());

        SlotState?[] States() => [.. new[] { granted, taken, spent }.Select(slot => _table.StateOf(slot.SlotId))];
    }

    [Fact]
    public void Report_TakenSlotRunsNoMore_IsSpent()
    {
        var slot = Granted();
        _table.Report(Capacity(East, 1, Work(slot)), TimeSpan.Zero);
        Assert.Equal(SlotState.Taken, _table.StateOf(slot.SlotId));

        _table.Report(Capacity(West, 1), TimeSpan.Zero);
        Assert.Equal(SlotState.Taken, _table.StateOf(slot.SlotId));
        _table.Report(Capacity(East, 1), TimeSpan.Zero);

        Assert.Equal(SlotState.Spent, _table.StateOf(slot.SlotId));
    }

    [Fact]
    public void Report_GrantedSlotIsNotMentioned_StaysGranted()
    {
        var slot = Granted();

        _table.Report(Capacity(East, 1), TimeSpan.Zero);

        Assert.Equal(SlotState.Granted, _table.StateOf(slot.SlotId));
    }

    [Fact]
    public void Report_UnknownWorkFillsTheSilo_WithdrawsTheNewestGrants()
    {
        var (older, newer) = (Granted(), Granted(at: TimeSpan.FromSeconds(1)));
        _table.Deliver(_job);

        _table.Report(Capacity(East, 2, new RunningWork(Guid.CreateVersion7(), _user)), TimeSpan.FromSeconds(2));

        Assert.Equal((SlotState.Delivered, null), (_table.StateOf(older.SlotId), _table.StateOf(newer.SlotId)));
        Assert.Equal(2, _table.CountOf(East, WorkKind.Chunk));
    }

    [Fact]
    public void Return_JobLeaves_KeepsWhatItMayBeginAndWhatIsTaken()
    {
        var (taken, kept, unused) = (Granted(), Granted(), Granted());
        var other = Granted(job: Guid.CreateVersion7());
        _table.Deliver(_job);
        _table.Take(Work(taken), East, TimeSpan.Zero);
        var ready = Granted();

        _table.Return(_job, [unused.SlotId, taken.SlotId, other.SlotId]);

        Assert.Equal(
            [SlotState.Taken, SlotState.Delivered, null, SlotState.Granted, null],
            new[] { taken, kept, unused, other, ready }.Select(slot => _table.StateOf(slot.SlotId)));
    }

    [Fact]
    public void LoseSilo_GrantedAndTaken_AreGoneAndNotDelivered()
    {
        var taken = Granted();
        _table.Take(Work(taken), East, TimeSpan.Zero);
        Granted();

        _table.LoseSilo(East);

        Assert.Empty(_table.Deliver(_job));
        Assert.Empty(_table.Running);
        Assert.Equal((0, 0), (_table.CountOf(_user, WorkKind.Chunk), _table.CountOf(East, WorkKind.Chunk)));
    }

    [Fact]
    public void CountOf_AlongASlotsLife_FollowsItsSiloAndUser()
    {
        var other = Guid.CreateVersion7();
        var (first, second) = (Granted(), Granted());
        _table.Deliver(_job);
        Assert.Equal((2, 2, 0), Counts(_user));

        // The silo has the last word on whose work it is.
        _table.Take(new RunningWork(first.SlotId, other), West, TimeSpan.Zero);
        Assert.Equal((1, 1, 1), Counts(_user));
        Assert.Equal((1, 1, 1), Counts(other));

        _table.Spend(first.SlotId, TimeSpan.Zero);
        _table.Return(_job, [second.SlotId]);

        Assert.Equal((0, 0, 0), Counts(_user));
        Assert.Equal((0, 0, 0), Counts(other));

        (int User, int East, int West) Counts(Guid user) => (
            _table.CountOf(user, WorkKind.Chunk), _table.CountOf(East, WorkKind.Chunk),
            _table.CountOf(West, WorkKind.Chunk));
    }

    private static RunningWork Work(WorkSlot slot) => new(slot.SlotId, Guid.CreateVersion7(), slot.Kind);

    private static SiloCapacity Capacity(SiloAddress silo, int capacity, params RunningWork[] running) =>
        new(silo, "silo", capacity, 0, [.. running], false, null, []);

    private WorkSlot Granted(Guid? job = null, TimeSpan at = default)
    {
        var slot = new WorkSlot(Guid.CreateVersion7(), East);
        _table.Grant(slot, job ?? _job, _user, at);
        return slot;
    }
}
