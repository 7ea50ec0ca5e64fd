using Ax2.TestKit;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;
using Xunit;

namespace Ax2.Jobs.Chunks;

public sealed class AttemptWritesTests
{
    private static readonly ChunkSpan Span = new(0, 0, 4_000, 0, 4_000);
    private static readonly CaptionChunkState Begun =
        new() { Span = Span, Attempt = 1, AttemptId = Guid.CreateVersion7(), IsAttemptOpen = true };

    private readonly ScriptedStorage<CaptionChunkState> _storage = new(Begun);
    private readonly StoredState<CaptionChunkState> _state;
    private readonly FakeTimeProvider _time = new();
    private readonly List<Exception> _faults = [];
    private bool _isGivenUp;

    public AttemptWritesTests() =>
        _state = new StoredState<CaptionChunkState>(_storage, _ => _isGivenUp = true);

    [Fact]
    public async Task Update_WhileTheWriteIsUnderWay_ReadersSeeTheOpenAttempt()
    {
        var stored = new TaskCompletionSource();
        _storage.BeforeWrite = () => stored.Task;

        var end = End();
        Assert.Same(Begun, _state.Value);
        stored.SetResult();
        await end;

        Assert.False(_state.Value.IsAttemptOpen);
    }

    [Fact]
    public async Task Update_StorageIsAwayForAMinute_StoresItInTheEnd()
    {
        var isAway = true;
        _storage.BeforeWrite = () => isAway ? throw Away() : Task.CompletedTask;
        var began = _time.GetUtcNow();
        var end = End();
        while (!end.IsCompleted)
        {
            Assert.Same(Begun, _state.Value);
            isAway = _time.GetUtcNow() - began < TimeSpan.FromSeconds(50);
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await end;

        Assert.False(_storage.Stored.IsAttemptOpen);
        Assert.False(_isGivenUp);
        Assert.NotEmpty(_faults);
    }

    [Fact]
    public async Task Update_StorageStaysAway_GivesTheActivationUpAfterADay()
    {
        _storage.BeforeWrite = () => throw Away();
        var began = _time.GetUtcNow();
        var end = End();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<StorageFaultException>(() => end);

        Assert.True(_isGivenUp);
        Assert.Same(Begun, _state.Value);
        Assert.True(_time.GetUtcNow() - began >= TimeSpan.FromHours(24));
    }

    /// <summary>Its slot is for others.</summary>
    [Fact]
    public async Task Update_FaultThatNoWaitHeals_GivesTheActivationUpAfterAMinute()
    {
        _storage.BeforeWrite = () => throw new OrleansException("This state cannot be serialized.");
        var began = _time.GetUtcNow();
        var end = End();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<OrleansException>(() => end);

        Assert.True(_isGivenUp);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(90));
    }

    /// <summary>What no wait heals has its own minute, which the outage before it does not use up.</summary>
    [Fact]
    public async Task Update_OtherFaultAtTheEndOfALongOutage_StoresItInTheEnd()
    {
        var writes = 0;
        _storage.BeforeWrite = () => ++writes switch
        {
            <= 12 => throw Away(),
            13 => throw new OrleansException("Of another kind."),
            _ => Task.CompletedTask,
        };
        var end = End();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await end;

        Assert.Equal((13, false, false), (_faults.Count, _storage.Stored.IsAttemptOpen, _isGivenUp));
    }

    /// <summary>An end that is not stored counts as the worker's death, and after two a chunk is suspect.</summary>
    [Fact]
    public async Task Attempts_TwoOutagesOfMinutes_LeaveNoChunkSuspect()
    {
        for (var outage = 0; outage < 2; outage++)
        {
            await OutlastAnOutage(End);
            var next = Next();
            await OutlastAnOutage(() => _state.OpenAttemptAsync(_state.Value, next, _time, _faults.Add));
        }

        Assert.Equal((3, true, 0), (_storage.Stored.Attempt, _storage.Stored.IsAttemptOpen, Next().WorkerDeaths - 1));
        Assert.False(_isGivenUp);
    }

    [Fact]
    public async Task Update_ReplyIsLost_IsNotWrittenAgain()
    {
        _storage.AfterWrite = () => throw Away();
        var end = End();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await end;

        Assert.Equal((1, false), (_storage.Writes, _state.Value.IsAttemptOpen));
    }

    [Fact]
    public async Task Update_AnotherAttemptHasBegun_ThrowsAndLeavesIt()
    {
        var newer = Begun with { Attempt = 2, AttemptId = Guid.CreateVersion7() };
        _storage.BeforeWrite = () => throw new InconsistentStateException("The row is newer.");
        _storage.Stored = newer;
        var end = End();
        while (!end.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<OwnerChangedException>(() => end);

        Assert.Same(newer, _state.Value);
        Assert.Equal(1, _storage.Writes);
    }

    /// <summary>The worker was only taken for dead: it stores its words before the next attempt is.</summary>
    [Fact]
    public async Task Open_AttemptWasDoneMeanwhile_ThrowsAndLeavesItsCheckpoint()
    {
        var done = ChunkFlow.Done(Begun, new ChunkResult(Span, 1, "scripted", [], []));
        _storage.BeforeWrite = () =>
        {
            (_storage.BeforeWrite, _storage.Stored) = (() => Task.CompletedTask, done);
            throw new InconsistentStateException("The row is newer.");
        };
        var open = Open();
        while (!open.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<OwnerChangedException>(() => open);

        Assert.Same(done, _storage.Stored);
        Assert.True(_isGivenUp);
    }

    [Fact]
    public async Task Open_StorageFailsOnce_IsTriedAgain()
    {
        _storage.BeforeWrite = () =>
        {
            _storage.BeforeWrite = () => Task.CompletedTask;
            throw Away();
        };
        var open = Open();
        while (!open.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await open;

        Assert.Equal((2, true), (_storage.Stored.Attempt, _storage.Stored.IsAttemptOpen));
    }

    private static StorageFaultException Away() => new("storage_unavailable", "away");

    private async Task OutlastAnOutage(Func<Task> write)
    {
        var back = _time.GetUtcNow() + TimeSpan.FromMinutes(10);
        _storage.BeforeWrite = () => _time.GetUtcNow() < back ? throw Away() : Task.CompletedTask;
        var written = write();
        while (!written.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await written;
    }

    private CaptionChunkState Next() =>
        ChunkFlow.Begin(_state.Value, Span, Guid.CreateVersion7(), new JobOptions(), _time.GetUtcNow());

    private Task Open() => _state.OpenAttemptAsync(
        Begun, ChunkFlow.Begin(Begun, Span, Guid.CreateVersion7(), new JobOptions(), _time.GetUtcNow()),
        _time, _faults.Add);

    private Task End() => _state.UpdateAttemptAsync(
        _state.Value.AttemptId, ChunkFlow.Stopped, chunk => !chunk.IsAttemptOpen, _time, _faults.Add);
}
