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
        var first = slots.TryEnter(_slot, _user);
        Assert.NotNull(first);
        Assert.Null(slots.TryEnter(Guid.CreateVersion7(), _user));

        first.Dispose();
        first.Dispose();

        Assert.NotNull(slots.TryEnter(Guid.CreateVersion7(), _user));
        Assert.Single(slots.Read().Report.Running);
    }

    [Fact]
    public void TryEnter_SameSlotAgain_IsOnePlaceUntilAllHaveLeft()
    {
        var slots = Slots(capacity: 1);
        var first = slots.TryEnter(_slot, _user)!;
        var second = slots.TryEnter(_slot, _user)!;
        first.Dispose();

        Assert.Equal([new RunningWork(_slot, _user)], slots.Read().Report.Running);
        second.Dispose();

        Assert.Empty(slots.Read().Report.Running);
    }

    [Fact]
    public void TryEnter_CapacityZero_TakesNothing() => Assert.Null(Slots(capacity: 0).TryEnter(_slot, _user));

    [Fact]
    public void TryEnter_Draining_IsRefusedUntilItIsOver()
    {
        var slots = Slots(capacity: 1);
        slots.IsDraining = true;
        Assert.Null(slots.TryEnter(_slot, _user));

        slots.IsDraining = false;

        Assert.NotNull(slots.TryEnter(_slot, _user));
    }

    [Fact]
    public void Stop_NothingNewBegins_WhatRunsGoesOn()
    {
        var slots = Slots(capacity: 2);
        using var running = slots.TryEnter(_slot, _user);

        slots.Stop();

        Assert.Null(slots.TryEnter(Guid.CreateVersion7(), _user));
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
        var place = slots.TryEnter(_slot, _user)!;
        Assert.True(entering.IsCompleted);
        var refusing = Next();
        Assert.False(refusing.IsCompleted);
        slots.TryEnter(Guid.CreateVersion7(), _user);
        Assert.True(refusing.IsCompleted);
        var leaving = Next();
        place.Dispose();
        Assert.True(leaving.IsCompleted);
        var stopping = Next();
        slots.Stop();
        Assert.True(stopping.IsCompleted);
    }

    [Fact]
    public void Read_EndedAndRefusedSlots_AreToldUntilTheQueueHasHeard()
    {
        var slots = Slots(capacity: 1);
        var refused = Guid.CreateVersion7();
        var place = slots.TryEnter(_slot, _user)!;
        slots.TryEnter(refused, _user);
        var told = slots.Read().Report.Spent;
        place.Dispose();
        Assert.Equal([refused], told);

        slots.Forget(told);

        Assert.Equal([_slot], slots.Read().Report.Spent);
    }

    [Fact]
    public void AddRecognised_SpeedIsAudioOverBusyTime()
    {
        var slots = Slots(capacity: 1);
        Assert.Null(slots.Read().Report.RecognisedMsPerSecond);
        using (slots.TryEnter(_slot, _user))
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            slots.AddRecognised(20_000);
            Assert.Equal(10_000, slots.Read().Report.RecognisedMsPerSecond!.Value, 0.1);
        }

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(10_000, slots.Read().Report.RecognisedMsPerSecond!.Value, 0.1);
    }

    [Fact]
    public void AddRecognised_SpeedOfLateCountsMore()
    {
        var slots = Slots(capacity: 1);
        using var place = slots.TryEnter(_slot, _user);
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

    private WorkerSlots Slots(int capacity) =>
        new(Options.Create(new JobOptions { MaxChunksPerSilo = capacity }), _time);
}
