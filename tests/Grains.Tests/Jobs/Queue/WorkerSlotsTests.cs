using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Jobs.Queue;

public sealed class WorkerSlotsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Guid _user = Guid.CreateVersion7();
    private readonly Guid _slot = Guid.CreateVersion7();

    [Fact]
    public void TryEnter_Full_IsRefusedUntilOneLeaves()
    {
        var slots = Slots(capacity: 1);
        var first = slots.TryEnter(_slot, _user, WorkKind.Chunk);
        Assert.NotNull(first);
        Assert.Null(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Chunk));

        first.Dispose();
        first.Dispose();

        Assert.NotNull(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Chunk));
        Assert.Single(slots.Read().Report.Running);
    }

    [Fact]
    public void TryEnter_SameSlotAgain_IsRefusedWhileItIsTakenAndWhenItIsSpent()
    {
        var slots = Slots(capacity: 2);
        var lease = slots.TryEnter(_slot, _user, WorkKind.Chunk)!;
        Assert.Null(slots.TryEnter(_slot, _user, WorkKind.Chunk));
        Assert.Equal([new RunningWork(_slot, _user)], slots.Read().Report.Running);

        lease.Dispose();

        Assert.Null(slots.TryEnter(_slot, _user, WorkKind.Chunk));
        Assert.Empty(slots.Read().Report.Running);
    }

    [Fact]
    public async Task TryEnter_ToBeAlone_NobodyEntersAfterIt_AndItWaitsForThoseBefore()
    {
        var slots = Slots(capacity: 3, cutters: 1);
        var before = slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Chunk)!;
        var alone = slots.TryEnter(_slot, _user, WorkKind.Chunk, isAlone: true)!;
        var waiting = slots.WaitUntilAloneAsync(TestContext.Current.CancellationToken);

        Assert.Null(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Chunk));
        Assert.NotNull(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Cutter));
        Assert.Equal((2, false), (slots.Read().Report.Capacity, waiting.IsCompleted));

        before.Dispose();
        await waiting;
        Assert.Equal(1, slots.Read().Report.Capacity);

        alone.Dispose();
        Assert.Equal(3, slots.Read().Report.Capacity);
    }

    [Fact]
    public void TryEnter_CapacityZero_TakesNothing() =>
        Assert.Null(Slots(capacity: 0).TryEnter(_slot, _user, WorkKind.Chunk));

    [Fact]
    public void TryEnter_FullOfOneKind_HasCapacityForTheOther()
    {
        var slots = Slots(capacity: 1, cutters: 1);
        Assert.NotNull(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Cutter));
        Assert.Null(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Cutter));

        Assert.NotNull(slots.TryEnter(_slot, _user, WorkKind.Chunk));

        var report = slots.Read().Report;
        Assert.Equal((1, 1), (report.Capacity, report.CutterCapacity));
        Assert.Equal([WorkKind.Chunk, WorkKind.Cutter], report.Running.Select(work => work.Kind).Order());
    }

    [Fact]
    public void AddRecognised_OnlyACutterRuns_IsNoBusyTime()
    {
        var slots = Slots(capacity: 1, cutters: 1);
        using var cutter = slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Cutter);
        _time.Advance(TimeSpan.FromHours(1));
        using var chunk = slots.TryEnter(_slot, _user, WorkKind.Chunk);
        _time.Advance(TimeSpan.FromSeconds(2));

        slots.AddRecognised(20_000);

        Assert.Equal(10_000, slots.Read().Report.RecognisedMsPerSecond!.Value, 0.1);
    }

    [Fact]
    public void TryEnter_Draining_IsRefusedUntilItIsOver()
    {
        var slots = Slots(capacity: 1);
        slots.IsDraining = true;
        Assert.Null(slots.TryEnter(_slot, _user, WorkKind.Chunk));

        slots.IsDraining = false;

        Assert.NotNull(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Chunk));
    }

    [Fact]
    public void Stop_NothingNewBegins_WhatRunsGoesOn()
    {
        var slots = Slots(capacity: 2);
        using var running = slots.TryEnter(_slot, _user, WorkKind.Chunk);

        slots.Stop();

        Assert.Null(slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Chunk));
        var (report, _) = slots.Read();
        Assert.True(report.IsStopping);
        Assert.Single(report.Running);
    }

    [Fact]
    public void Read_EveryChange_RaisesTheSignal()
    {
        var slots = Slots(capacity: 1);
        Task Next() => slots.Read().Changed;

        var entering = Next();
        var lease = slots.TryEnter(_slot, _user, WorkKind.Chunk)!;
        Assert.True(entering.IsCompleted);
        var refusing = Next();
        Assert.False(refusing.IsCompleted);
        slots.TryEnter(Guid.CreateVersion7(), _user, WorkKind.Chunk);
        Assert.True(refusing.IsCompleted);
        var leaving = Next();
        lease.Dispose();
        Assert.True(leaving.IsCompleted);
        var stopping = Next();
        slots.Stop();
        Assert.True(stopping.IsCompleted);
    }

    [Fact]
    public void Read_EndedAndRefusedSlots_AreReportedWhileTheQueueMayHoldThem()
    {
        var slots = Slots(capacity: 1);
        var refused = Guid.CreateVersion7();
        var lease = slots.TryEnter(_slot, _user, WorkKind.Chunk)!;
        slots.TryEnter(refused, _user, WorkKind.Chunk);
        Assert.Equal([refused], slots.Read().Report.Spent);
        _time.Advance(TimeSpan.FromSeconds(9));
        lease.Dispose();
        Assert.Equal([refused, _slot], slots.Read().Report.Spent);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([_slot], slots.Read().Report.Spent);
    }

    [Fact]
    public void Read_EachReport_HasAHigherNumber()
    {
        var slots = Slots(capacity: 1);

        Assert.True(slots.Read().Report.Number < slots.Read().Report.Number);
    }

    [Fact]
    public void Decline_AnySlot_IsReportedUnlessItIsInUse()
    {
        var slots = Slots(capacity: 1);
        var unneeded = Guid.CreateVersion7();
        using var lease = slots.TryEnter(_slot, _user, WorkKind.Chunk);

        slots.Decline(unneeded);
        slots.Decline(_slot);

        Assert.Equal([unneeded], slots.Read().Report.Spent);
    }

    [Fact]
    public void AddRecognised_SpeedIsAudioOverBusyTime()
    {
        var slots = Slots(capacity: 1);
        Assert.Null(slots.Read().Report.RecognisedMsPerSecond);
        using (slots.TryEnter(_slot, _user, WorkKind.Chunk))
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            slots.AddRecognised(20_000);
            Assert.Equal(10_000, slots.Read().Report.RecognisedMsPerSecond!.Value, 0.1);
        }

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(10_000, slots.Read().Report.RecognisedMsPerSecond!.Value, 0.1);
    }

    [Fact]
    public void AddRecognised_RecentSpeed_CountsMore()
    {
        var slots = Slots(capacity: 1);
        using var lease = slots.TryEnter(_slot, _user, WorkKind.Chunk);
        Work(seconds: 600, audioMs: 1_000);
        Work(seconds: 300, audioMs: 9_000);

        Assert.InRange(slots.Read().Report.RecognisedMsPerSecond!.Value, 8_000, 9_100);

        void Work(int seconds, long audioMs)
        {
            for (var i = 0; i < seconds; i++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                slots.AddRecognised(audioMs);
            }
        }
    }

    private WorkerSlots Slots(int capacity, int cutters = 0) =>
        new(
            Options.Create(new JobOptions { MaxChunksPerSilo = capacity, MaxCuttersPerSilo = cutters }),
            new FakeSilo(), _time);
}
