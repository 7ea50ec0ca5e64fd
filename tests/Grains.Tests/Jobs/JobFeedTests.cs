using Ax2.Credits;
using Ax2.TestKit;
using Ax2.TestKit.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Ax2.Jobs;

/// <summary>Readers interleave with writes: they see what is stored, under its own number, and nothing else.</summary>
public sealed class JobFeedTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly ScriptedStorage<CaptionJobState> _storage = new(new CaptionJobState
    {
        Command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null),
        Stage = JobStage.Settling,
        EventNumber = 7,
        Quote = new Quote(1, 2, []),
        HeldCredits = 2,
    });

    private readonly RecordingJobIndex _index = new();
    private readonly StoredState<CaptionJobState> _state;
    private readonly JobFeed _feed;

    public JobFeedTests()
    {
        _state = new StoredState<CaptionJobState>(_storage, _ => { });
        _feed = new JobFeed(Guid.CreateVersion7(), _state, _index, TimeProvider.System);
    }

    [Fact]
    public async Task View_WhileAnEventIsStored_ShowsTheOneBefore()
    {
        var (begun, released) = HoldWrite();
        var storing = _feed.StoreEventAsync(Done);
        await begun.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        var before = _feed.View();
        var waiting = _feed.WaitAsync(7, TestContext.Current.CancellationToken);

        Assert.Equal((JobStage.Settling, 7L, 2L), (before.Stage, before.EventNumber, before.HeldCredits));
        Assert.Null(before.FinishedAt);
        Assert.False(waiting.IsCompleted);
        released.SetResult();
        var after = await waiting.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await storing;
        Assert.Equal((JobStage.Done, _storage.Stored.EventNumber), (after.Stage, after.EventNumber));
        Assert.True(after.EventNumber > 7);
    }

    [Fact]
    public async Task View_AfterAnEventThatWasNotStored_ShowsTheOneBefore()
    {
        _storage.BeforeWrite = () => throw new IOException("The table is away.");

        await Assert.ThrowsAsync<IOException>(() => _feed.StoreEventAsync(Done));

        var view = _feed.View();
        Assert.Equal((JobStage.Settling, 7L), (view.Stage, view.EventNumber));
        Assert.Empty(view.History);
    }

    /// <summary>An update that is no event has no number, and its readers too see only what is stored.</summary>
    [Fact]
    public async Task View_WhileAnUpdateIsStored_ShowsTheStateBefore()
    {
        var (begun, released) = HoldWrite();
        var storing = _state.UpdateAsync(job => job with { Tracks = [new JobTrack("en", 3)] });
        await begun.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        Assert.Empty(_feed.View().Tracks);
        released.SetResult();
        await storing;
        Assert.Single(_feed.View().Tracks);
    }

    [Fact]
    public async Task StoreEvent_Twice_GivesGrowingNumbersAndAHistory()
    {
        await _feed.StoreEventAsync(job => job);
        await _feed.StoreEventAsync(Done);

        var view = _feed.View();
        Assert.Equal([JobStage.Settling, JobStage.Done], view.History.Select(e => e.Stage));
        Assert.True(view.History[0].Number < view.History[1].Number);
        Assert.Equal(view.EventNumber, view.History[1].Number);
    }

    [Fact]
    public async Task WriteRow_OfAStartThatReservedNothing_WritesNone()
    {
        await _feed.WriteRowAsync();
        Assert.Empty(_index.Rows);

        await _feed.StoreEventAsync(job => job with { Stage = JobStage.Reserved });
        await _feed.WriteRowAsync();
        Assert.Equal(JobStage.Reserved, Assert.Single(_index.Rows.Values).Stage);
    }

    /// <summary>Its progress had higher numbers than the next silo gives, and it wrote a row meanwhile.</summary>
    [Fact]
    public async Task WriteRow_AfterASiloWithAFastClockDied_WritesTheEnd()
    {
        var (id, slow, fast) = (Guid.CreateVersion7(), new FakeTimeProvider(), new FakeTimeProvider());
        fast.Advance(TimeSpan.FromSeconds(3));
        var dead = new JobFeed(id, _state, _index, fast);
        await dead.StoreEventAsync(job => job with { Stage = JobStage.Reserved });
        fast.Advance(TimeSpan.FromSeconds(1));
        await PublishProgress(dead);
        Assert.True(dead.View().EventNumber > _state.Value.EventNumber);
        await dead.WriteRowAsync();

        var next = new JobFeed(id, _state, _index, slow);
        await next.StoreEventAsync(Done);
        await next.WriteRowAsync();

        var row = Assert.Single(_index.Rows.Values);
        Assert.Equal((JobStage.Done, _state.Value.EventNumber), (row.Stage, row.EventNumber));
    }

    /// <summary>As the grain's timer does. What is at work is cancelled at once, which is progress enough.</summary>
    private async Task PublishProgress(JobFeed feed)
    {
        var host = new Host(new Recognition(
            Guid.CreateVersion7(), _state, Scripted.As<IGrainFactory>((_, _) => null), new JobOptions(),
            TimeProvider.System, NullLogger.Instance));
        var recognition = feed.EnterRecognition(host, new JobOptions());
        using var cancelled = new CancellationTokenSource();
        var waiting = recognition.WaitForSlotAsync(cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        host.Tick();
    }

    private static CaptionJobState Done(CaptionJobState job) =>
        job.Enter(JobStage.Done, TimeProvider.System.GetUtcNow());

    private (Task Begun, TaskCompletionSource Released) HoldWrite()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _storage.BeforeWrite = () =>
        {
            begun.TrySetResult();
            return released.Task;
        };
        return (begun.Task, released);
    }

    private sealed class Host(Recognition recognition) : IJobHost
    {
        public Action Tick { get; private set; } = () => { };

        public Recognition NewRecognition() => recognition;

        public IDisposable StartTimer(Action tick, TimeSpan period)
        {
            Tick = tick;
            return new CancellationTokenSource();
        }

        public Task RegisterReminderAsync() => Task.CompletedTask;

        public Task UnregisterReminderAsync() => Task.CompletedTask;

        public void GiveUp()
        {
        }
    }
}
