using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Credits;

public sealed class GroupCommitTests
{
    /// <summary>The clock of the commits stands still: what would wait for it never ends.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly List<int[]> _batches = [];
    private readonly List<Exception> _faults = [];
    private Func<Task> _beforeCommit = () => Task.CompletedTask;

    [Fact]
    public Task AddAsync_WhileACommitRuns_SharesTheNextOne() => OneAtATime(async () =>
    {
        var commits = Create();
        var running = PauseCommits();
        var first = commits.AddAsync(1);
        await Task.Yield();
        var others = Enumerable.Range(2, 5).Select(commits.AddAsync).ToList();
        Assert.False(first.IsCompleted);
        running.SetResult();

        Assert.Equal(10, await first);
        var answers = await Task.WhenAll(others);
        Assert.Equal([20, 30, 40, 50, 60], answers);
        Assert.Equal([[1], [2, 3, 4, 5, 6]], _batches);
    });

    [Fact]
    public Task AddAsync_MoreThanABatch_CommitsInOrderOneAfterTheOther() => OneAtATime(async () =>
    {
        var commits = Create(maxBatch: 2);

        var answers = await Task.WhenAll(Enumerable.Range(1, 5).Select(commits.AddAsync));

        Assert.Equal([10, 20, 30, 40, 50], answers);

        Assert.Equal([[1, 2], [3, 4], [5]], _batches);
    });

    [Fact]
    public Task IsFull_AsManyWaitAsMay_RefusesUntilTheyAreCommitted() => OneAtATime(async () =>
    {
        var commits = Create(maxWaiting: 2);
        var running = PauseCommits();
        var first = commits.AddAsync(1);
        await Task.Yield();
        Task[] waiting = [commits.AddAsync(2), commits.AddAsync(3)];

        Assert.True(commits.IsFull);
        await Assert.ThrowsAsync<InvalidOperationException>(() => commits.AddAsync(4));

        running.SetResult();
        await Task.WhenAll([first, .. waiting]);
        Assert.False(commits.IsFull);
    });

    /// <summary>Two were answered after 60 s and only one of them calls again: it waited up to 20 s before.</summary>
    [Fact]
    public Task Gather_AfterAStall_WaitsNoLongerThanTheCeiling() => OneAtATime(async () =>
    {
        var commits = Create();
        await CommitAsync(commits, [1, 2], TimeSpan.FromSeconds(60));

        var waitedMs = await WaitedMsAsync(commits.AddAsync(3));

        Assert.Equal(20, waitedMs);
        Assert.Equal([[1, 2], [3]], _batches);
    });

    [Fact]
    public Task Gather_AfterAShortCommit_WaitsForAThirdOfItsTime() => OneAtATime(async () =>
    {
        var commits = Create();
        await CommitAsync(commits, [1, 2], TimeSpan.FromMilliseconds(9));

        Assert.Equal(3, await WaitedMsAsync(commits.AddAsync(3)));
    });

    [Fact]
    public Task Gather_AsManyAsWereAnswered_CommitsAtOnce() => OneAtATime(async () =>
    {
        var commits = Create();
        await CommitAsync(commits, [1, 2], TimeSpan.FromSeconds(60));

        var again = Task.WhenAll(commits.AddAsync(3), commits.AddAsync(4));

        var answers = await again.WaitAsync(Timeout, TimeProvider.System);
        Assert.Equal([30, 40], answers);
        Assert.Equal([[1, 2], [3, 4]], _batches);
    });

    [Fact]
    public Task Gather_ASingleCaller_IsNeverKept() => OneAtATime(async () =>
    {
        var commits = Create();
        await CommitAsync(commits, [1], TimeSpan.FromSeconds(60));

        Assert.Equal(20, await commits.AddAsync(2).WaitAsync(Timeout, TimeProvider.System));
    });

    [Fact]
    public Task Commit_Throws_FailsTheBatchAllWhoWaitAndAllWhoComeLater() => OneAtATime(async () =>
    {
        var commits = Create();
        var running = PauseCommits();
        var failed = commits.AddAsync(1);
        await Task.Yield();
        var waiting = commits.AddAsync(2);
        running.SetException(new IOException("lost"));

        await Assert.ThrowsAsync<TimeoutException>(() => failed);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        await Assert.ThrowsAsync<TimeoutException>(() => commits.AddAsync(3));

        Assert.Equal("lost", Assert.Single(_faults).Message);
        Assert.Equal([[1]], _batches);
    });

    private GroupCommit<int, int> Create(int maxWaiting = 100, int maxBatch = 100) => new(
        async commands =>
        {
            _batches.Add([.. commands]);
            await _beforeCommit();
            return [.. commands.Select(command => command * 10)];
        },
        fault =>
        {
            _faults.Add(fault);
            return new TimeoutException();
        },
        maxWaiting,
        maxBatch,
        _time);

    private TaskCompletionSource PauseCommits()
    {
        var paused = new TaskCompletionSource();
        _beforeCommit = () => paused.Task;
        return paused;
    }

    /// <summary>One batch, whose commit takes so long.</summary>
    private async Task CommitAsync(GroupCommit<int, int> commits, int[] commands, TimeSpan duration)
    {
        _beforeCommit = () =>
        {
            _time.Advance(duration);
            _beforeCommit = () => Task.CompletedTask;
            return Task.CompletedTask;
        };
        await Task.WhenAll(commands.Select(commits.AddAsync));
    }

    /// <summary>How far the clock must go until the answer is there.</summary>
    private async Task<int> WaitedMsAsync(Task answer)
    {
        for (var waited = 0; ; waited++)
        {
            await Task.Yield();
            if (answer.IsCompleted)
            {
                return waited;
            }

            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>As on a grain's scheduler.</summary>
    private static Task OneAtATime(Func<Task> test) => Task.Factory.StartNew(
        test,
        TestContext.Current.CancellationToken,
        TaskCreationOptions.None,
        new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
}
