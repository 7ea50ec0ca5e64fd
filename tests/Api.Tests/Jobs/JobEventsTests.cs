using Ax2.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ax2.Jobs;

public sealed class JobEventsTests
{
    private const int Watchers = 100;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly Guid _job = Guid.CreateVersion7();
    private readonly TaskCompletionSource<JobView?> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _isLetGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly JobEvents _events;
    private int _calls;

    /// <summary>What is newer than the end that <see cref="_next"/> answers with.</summary>
    private JobView? _retried;

    public JobEventsTests()
    {
        var grain = Scripted.As<ICaptionJobGrain>(
            (_, arguments) => WaitForEvent((long)arguments[1]!, (CancellationToken)arguments[2]!));
        var cluster = Scripted.As<IClusterClient>((_, _) => grain);
        _events = new JobEvents(cluster, TimeProvider.System, NullLogger<JobEvents>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_ByAHundred_CostsOneCallOfTheGrainAtATime()
    {
        var watchers = Enumerable.Range(0, Watchers).Select(_ => Watch()).ToList();
        await Task.WhenAll(watchers.Select(watcher => NextAsync(watcher, JobStage.Transcribing)));

        _next.SetResult(View(number: 2, JobStage.Done));
        await Task.WhenAll(watchers.Select(watcher => NextAsync(watcher, JobStage.Done)));
        foreach (var watcher in watchers)
        {
            Assert.False(await watcher.MoveNextAsync());
            await watcher.DisposeAsync();
        }

        // One for how the job stands, one that waits for what comes next, and one for those who came after it was made.
        Assert.Equal(3, _calls);
    }

    [Fact]
    public async Task Watch_TheLastOfThemLeaves_TheGrainIsAskedNoMore()
    {
        var (first, second) = (Watch(), Watch());
        await NextAsync(first, JobStage.Transcribing);
        await NextAsync(second, JobStage.Transcribing);

        await first.DisposeAsync();
        Assert.False(_isLetGo.Task.IsCompleted);
        await second.DisposeAsync();

        await _isLetGo.Task.WaitAsync(Timeout, Cancellation);
    }

    [Fact]
    public async Task Watch_AfterTheNewestEvent_GetsOnlyLaterOnes()
    {
        await using var returned = Watch(afterNumber: 1);
        var next = NextAsync(returned, JobStage.Done);

        _next.SetResult(View(number: 2, JobStage.Done));

        await next;
    }

    /// <summary>The first watcher has not yet taken the end, as one whose connection is slow.</summary>
    [Fact]
    public async Task Watch_JobRetriedAfterItsEnd_DoesNotGetTheOldEnd()
    {
        await using var slow = Watch();
        await NextAsync(slow, JobStage.Transcribing);
        _next.SetResult(View(number: 2, JobStage.Failed));
        await NextAsync(slow, JobStage.Failed);
        _retried = View(number: 3, JobStage.Transcribing);

        await using var joined = Watch();

        await NextAsync(joined, JobStage.Transcribing);
        Assert.Equal(3, joined.Current!.EventNumber);
    }

    /// <summary>The answer of the old end is still on its way when the second watcher comes.</summary>
    [Fact]
    public async Task Watch_JoinedWhileAnOldEndIsOnItsWay_DoesNotGetIt()
    {
        await using var first = Watch();
        await NextAsync(first, JobStage.Transcribing);
        await using var joined = Watch(afterNumber: 1);
        var next = joined.MoveNextAsync();
        _retried = View(number: 3, JobStage.Transcribing);

        _next.SetResult(View(number: 2, JobStage.Failed));

        Assert.True(await next);
        Assert.Equal((3L, JobStage.Transcribing), (joined.Current!.EventNumber, joined.Current.Stage));
    }

    [Fact]
    public async Task Watch_JobStartedAfterItWasUnknown_IsAskedForAnew()
    {
        await using var slow = Watch();
        await using var other = Watch();
        await NextAsync(slow, JobStage.Transcribing);
        await NextAsync(other, JobStage.Transcribing);
        _next.SetResult(null);
        Assert.False(await other.MoveNextAsync());
        _retried = View(number: 3, JobStage.Transcribing);

        await using var joined = Watch();

        await NextAsync(joined, JobStage.Transcribing);
        Assert.Equal(3, joined.Current!.EventNumber);
    }

    [Fact]
    public async Task Watch_StoreIsAwayFromTheStart_Throws()
    {
        var away = new StorageFaultException("storage_unavailable", "away");
        await using var watcher = Watch(EventsOf(_ => throw away));

        Assert.Same(away, await Assert.ThrowsAsync<StorageFaultException>(() => watcher.MoveNextAsync().AsTask()));
    }

    [Fact]
    public async Task Watch_StoreIsAwayLater_WaitsForTheNextEvent()
    {
        await using var watcher = Watch(EventsOf(call => call switch
        {
            1 => View(number: 1, JobStage.Transcribing),
            2 => throw new StorageFaultException("storage_unavailable", "away"),
            _ => View(number: 2, JobStage.Done),
        }));

        await NextAsync(watcher, JobStage.Transcribing);
        await NextAsync(watcher, JobStage.Done);
    }

    /// <param name="answer">To the first call, the second and so on.</param>
    private static JobEvents EventsOf(Func<int, JobView?> answer)
    {
        var calls = 0;
        var grain = Scripted.As<ICaptionJobGrain>((_, _) => AnswerAsync(++calls));
        var cluster = Scripted.As<IClusterClient>((_, _) => grain);
        return new JobEvents(cluster, TimeProvider.System, NullLogger<JobEvents>.Instance);

        async Task<JobView?> AnswerAsync(int call)
        {
            await Task.Yield();
            return answer(call);
        }
    }

    /// <summary>
    /// The first call is answered at once, those after it when the test says so, unless there is something newer.
    /// </summary>
    private async Task<JobView?> WaitForEvent(long afterNumber, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _calls) == 1)
        {
            return View(number: 1, JobStage.Transcribing);
        }

        try
        {
            return _retried is not { } retried ? await _next.Task.WaitAsync(cancellationToken)
                : retried.EventNumber > afterNumber ? retried
                : await new TaskCompletionSource<JobView?>().Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _isLetGo.TrySetResult();
        }
    }

    private IAsyncEnumerator<JobView?> Watch(long afterNumber = -1) => Watch(_events, afterNumber);

    private IAsyncEnumerator<JobView?> Watch(JobEvents events, long afterNumber = -1) =>
        events.Watch(_workspace, _job, afterNumber, Cancellation).GetAsyncEnumerator(Cancellation);

    private static async Task NextAsync(IAsyncEnumerator<JobView?> watcher, JobStage stage)
    {
        Assert.True(await watcher.MoveNextAsync());
        Assert.Equal(stage, watcher.Current?.Stage);
    }

    private JobView View(long number, JobStage stage) => new(
        _job, _workspace, Guid.Empty, "talk.wav", "en", stage, number, MediaDurationMs: 60_000, ProcessedMs: 0,
        EstimatedRemainingMs: null, Quote: null!, HeldCredits: 0, ChargedCredits: 0, Tracks: [], Refusal: null,
        DateTimeOffset.UnixEpoch, StartedAt: null, FinishedAt: null, History: [], Run: 1, OrderedMs: 60_000, Range: null,
        MergeInto: null, Queue: null, Chunks: [], IsCutComplete: true, SpeedMsPerSecond: null, DraftUntilMs: null,
        Charge: null, Quality: null);
}
