using Ax2.TestKit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2;

public sealed class StoredStateTests
{
    private readonly ScriptedStorage<Count> _storage = new(new Count(0));
    private readonly List<Exception> _givenUp = [];
    private readonly StoredState<Count> _state;

    public StoredStateTests() => _state = new StoredState<Count>(_storage, _givenUp.Add);

    [Fact]
    public async Task Value_WhileAWriteIsUnderWay_IsWhatWasStoredBefore()
    {
        var stored = new TaskCompletionSource();
        _storage.BeforeWrite = () => stored.Task;

        var update = _state.UpdateAsync(count => count.Add(1));
        Assert.Equal(0, _state.Value.Number);

        stored.SetResult();
        await update;
        Assert.Equal(1, _state.Value.Number);
    }

    [Fact]
    public async Task Exists_UntilTheFirstWriteHasEnded_IsFalse()
    {
        var replied = new TaskCompletionSource();
        _storage.AfterWrite = () => replied.Task;

        var update = _state.UpdateAsync(count => count.Add(1));
        Assert.True(_storage.RecordExists);
        Assert.Equal((false, 0), (_state.Exists, _state.Value.Number));

        replied.SetResult();
        await update;
        Assert.Equal((true, 1), (_state.Exists, _state.Value.Number));
    }

    [Fact]
    public async Task ClearAsync_UntilTheRowIsGone_LeavesWhatIsRead()
    {
        await _state.UpdateAsync(count => count.Add(1));
        var cleared = new TaskCompletionSource();
        _storage.BeforeClear = () => cleared.Task;

        var clear = _state.ClearAsync();
        Assert.Equal((true, 1), (_state.Exists, _state.Value.Number));

        cleared.SetResult();
        await clear;
        Assert.Equal((false, 0), (_state.Exists, _state.Value.Number));
    }

    [Fact]
    public async Task UpdateAsync_ManyAtOnce_EachSeesTheOneBefore()
    {
        _storage.BeforeWrite = async () => await Task.Yield();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _state.UpdateAsync(count => count.Add(1))));

        Assert.Equal(50, _storage.Stored.Number);
    }

    [Fact]
    public async Task SettleAsync_WhileAWriteIsUnderWay_WaitsForItsEnd()
    {
        var stored = new TaskCompletionSource();
        _storage.BeforeWrite = () => stored.Task;
        var update = _state.UpdateAsync(count => count.Add(1));

        var settled = _state.SettleAsync(TestContext.Current.CancellationToken);
        Assert.False(settled.IsCompleted);

        stored.SetResult();
        await settled;
        Assert.Equal(1, _storage.Stored.Number);
        await update;
    }

    [Fact]
    public async Task UpdateAsync_SameInstance_WritesNothing()
    {
        await _state.UpdateAsync(count => count);

        Assert.Equal(0, _storage.Writes);
    }

    [Fact]
    public async Task UpdateAsync_StorageFails_GivesUpOnceAndPublishesNothing()
    {
        _storage.BeforeWrite = () => throw new IOException("full");

        await Assert.ThrowsAsync<IOException>(() => _state.UpdateAsync(count => count.Add(1)));
        await Assert.ThrowsAsync<OrleansException>(() => _state.UpdateAsync(count => count.Add(1)));

        Assert.Equal(0, _state.Value.Number);
        Assert.Single(_givenUp);
        Assert.Equal(1, _storage.Writes);
    }

    /// <summary>A want of space is waited out; an unknown fault would count.</summary>
    [Fact]
    public async Task UpdateAsync_GivenUpInAnOutage_ThrowsTheOutageAgain()
    {
        _storage.BeforeWrite = () => throw new StorageFaultException(NoSpace.Code, "full");
        await Assert.ThrowsAsync<StorageFaultException>(() => _state.UpdateAsync(count => count.Add(1)));

        var again = await Assert.ThrowsAsync<StorageFaultException>(() => _state.UpdateAsync(count => count.Add(1)));

        Assert.Equal((NoSpace.Code, 1), (again.Code, _storage.Writes));
    }

    [Fact]
    public async Task UpdateAsync_WriteIsRejected_KeepsTheActivation()
    {
        _storage.BeforeWrite = () => throw new WriteRejectedException("known");
        await Assert.ThrowsAsync<WriteRejectedException>(() => _state.UpdateAsync(count => count.Add(1)));

        _storage.BeforeWrite = () => Task.CompletedTask;
        await _state.UpdateAsync(count => count.Add(1));

        Assert.Empty(_givenUp);
        Assert.Equal(1, _storage.Stored.Number);
    }

    [Fact]
    public async Task UpdateAsync_ChangeThrowsForItsOwnReasons_LeavesTheStateUsable()
    {
        await Assert.ThrowsAsync<ArithmeticException>(() => _state.UpdateAsync(_ => throw new ArithmeticException()));
        await _state.UpdateAsync(count => count.Add(1));

        Assert.Empty(_givenUp);
        Assert.Equal(1, _storage.Stored.Number);
    }

    [Fact]
    public async Task UpdateAsync_ReplyIsLost_RecoverySeesThatItIsStored()
    {
        _storage.AfterWrite = () => throw new IOException("cut off");

        await _state.UpdateAsync(count => count.Add(1), Recovery(tries: 1));

        Assert.Equal(1, _state.Value.Number);
        Assert.Equal(1, _storage.Writes);
        Assert.Empty(_givenUp);
    }

    [Fact]
    public async Task UpdateAsync_StorageFailsForAWhile_RecoveryStoresItInTheEnd()
    {
        var failures = 2;
        _storage.BeforeWrite = () => failures-- > 0 ? throw new IOException("away") : Task.CompletedTask;

        await _state.UpdateAsync(count => count.Add(1), Recovery(tries: 2));

        Assert.Equal(1, _storage.Stored.Number);
        Assert.Equal(3, _storage.Writes);
    }

    [Fact]
    public async Task UpdateAsync_OwnerChanged_RecoveryDoesNotTryOn()
    {
        _storage.BeforeWrite = () => throw new IOException("away");
        var isTriedAgain = false;
        Count Change(Count count) => isTriedAgain ? throw new OwnerChangedException("other") : count.Add(1);
        var recovery = Recovery(tries: 9) with { OnFault = _ => isTriedAgain = true };

        await Assert.ThrowsAsync<OwnerChangedException>(() => _state.UpdateAsync(Change, recovery));

        Assert.Single(_givenUp);
        Assert.Equal(1, _storage.Writes);
    }

    [Fact]
    public async Task ClearAsync_Twice_RemovesTheRowAndTheActivationLeaves()
    {
        await _state.UpdateAsync(count => count.Add(1));

        await _state.ClearAsync();
        await _state.ClearAsync();

        Assert.Equal(0, _storage.Stored.Number);
        Assert.Single(_givenUp);
    }

    private static WriteRecovery<Count> Recovery(int tries)
    {
        TimeSpan[] pauses = [.. Enumerable.Repeat(TimeSpan.Zero, tries)];
        return new(count => count.Number == 1, _ => pauses, new FakeTimeProvider(), _ => { });
    }

    private sealed record Count(int Number)
    {
        public Count Add(int more) => new(Number + more);
    }
}
