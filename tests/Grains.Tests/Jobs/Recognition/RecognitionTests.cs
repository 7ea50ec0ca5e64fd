using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Ax2.Jobs.Chunks;
using Ax2.TestKit;
using Ax2.TestKit.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs;

/// <summary>A recognition with a queue and a chunk whose calls the test answers.</summary>
public sealed class RecognitionTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    private static readonly ChunkReport Idle = new(WorkState.Idle, 0, 1, 0, null, null);
    private static readonly ChunkReport Done = new(WorkState.Done, 1, 2, 4_000, null, null);
    private static readonly CutReport Running = new(WorkState.Running, [], 0, null);
    private readonly StoredState<CaptionJobState> _job;
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private readonly ScriptedStorage<CaptionJobState> _storage = new(new CaptionJobState
    {
        Command = new StartJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), "en", null),
        MediaDurationMs = 4_000,
        IsCutComplete = true,
        Chunks = [new JobChunk(new ChunkSpan(0, 0, 4_000, 0, 4_000), IsCut: true)],
    });

    public RecognitionTests() => _job = new StoredState<CaptionJobState>(_storage, _ => { });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The activation may go between any two steps: then its thread must not be kept.</summary>
    [Fact]
    public async Task WaitForSlot_IsCancelledBeforeItAsks_Ends()
    {
        var recognition = Create(TimeProvider.System);

        // On a thread of its own: a run that does not end would keep that of the test.
        var waiting = Task.Run(() => recognition.WaitForSlotAsync(new CancellationToken(canceled: true)), Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Timeout, Cancellation));
    }

    [Fact]
    public async Task Run_ChunkIsFoundAtWork_StoresItsOutcome()
    {
        var recognition = Create(TimeProvider.System);
        var run = recognition.RunAsync(Cancellation);

        (await Next(nameof(ICaptionChunkGrain.WaitForReport))).Answer(Done);
        await run.WaitAsync(Timeout, Cancellation);

        Assert.Equal(ChunkOutcome.Done, _storage.Stored.Chunks[0].Outcome);
        Assert.Equal((1, 4_000), (_storage.Writes, recognition.ProcessedMs));
    }

    [Fact]
    public async Task Run_StorageFails_ThrowsTheFault()
    {
        _storage.BeforeWrite = () => throw new IOException("away");
        var run = Create(TimeProvider.System).RunAsync(Cancellation);

        (await Next(nameof(ICaptionChunkGrain.WaitForReport))).Answer(Done);

        await Assert.ThrowsAsync<IOException>(() => run.WaitAsync(Timeout, Cancellation));
    }

    /// <param name="aheadMs">How long before the end of the rest the clock is read for the first time.</param>
    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(50)]
    public async Task Run_RestEndsBetweenTwoReadingsOfTheClock_BeginsTheChunk(int aheadMs)
    {
        var clock = new SteppingClock(Noon.AddMilliseconds(-aheadMs), TimeSpan.FromMilliseconds(20));
        var run = Create(clock).RunAsync(Cancellation);
        var rest = new ChunkReport(WorkState.Waiting, 1, 1, 0, Noon, null);
        (await Next(nameof(ICaptionChunkGrain.WaitForReport))).Answer(rest);

        Grant(await Next(nameof(IWorkQueueGrain.WaitForSlots)), 1);
        (await Next(nameof(ICaptionChunkGrain.Begin))).Answer(Done);
        await run.WaitAsync(Timeout, Cancellation);

        Assert.Equal(ChunkOutcome.Done, _storage.Stored.Chunks[0].Outcome);
    }

    [Fact]
    public async Task Run_AgainBesideABegin_BeginsTheChunkOnce()
    {
        var recognition = Create(TimeProvider.System);
        var begin = await BeginAndCancel(recognition);

        var run = recognition.RunAsync(Cancellation);
        begin.Answer(Done);
        await run.WaitAsync(Timeout, Cancellation);

        Assert.False(_calls.Reader.TryRead(out var unexpected), $"{unexpected?.Method} was called.");
    }

    [Fact]
    public async Task Run_AgainBesideAnAsk_AsksAtOnceAndGivesLateSlotsBack()
    {
        var recognition = Create(TimeProvider.System);
        var late = await AskAndCancel(recognition);
        var run = recognition.RunAsync(Cancellation);
        (await Next(nameof(ICaptionChunkGrain.WaitForReport))).Answer(Idle);
        var asked = await Next(nameof(IWorkQueueGrain.WaitForSlots));
        Grant(asked, 1);
        (await Next(nameof(ICaptionChunkGrain.Begin))).Answer(Done);
        await run.WaitAsync(Timeout, Cancellation);

        var slots = Grant(late, 2);

        var left = await Next(nameof(IWorkQueueGrain.Leave));
        Assert.Equal(slots, (ImmutableArray<Guid>)left.Arguments[1]!);
    }

    [Fact]
    public async Task Stop_BesideABegin_StopsTheChunkWhenItAnswers()
    {
        var clock = new FakeTimeProvider(Noon);
        var recognition = Create(clock);
        var begin = await BeginAndCancel(recognition);
        var stop = recognition.StopAsync();
        var first = await Next(nameof(ICaptionChunkGrain.Stop));
        while (!stop.IsCompleted)
        {
            // The first stop is not answered either: the caller does not wait for it.
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop;
        begin.Answer(new ChunkReport(WorkState.Running, 1, 2, 0, null, null));

        var second = await Next(nameof(ICaptionChunkGrain.Stop));
        Assert.NotSame(first, second);
    }

    [Fact]
    public async Task WaitForSlot_JobIsCancelledBesideABegin_StopsTheCutter()
    {
        await _job.UpdateAsync(job => job with { IsCutComplete = false, Chunks = [] });
        using var cancel = new CancellationTokenSource();
        var waiting = Create(TimeProvider.System).WaitForSlotAsync(cancel.Token);
        Grant(await Next(nameof(IWorkQueueGrain.WaitForSlots)), 1, WorkKind.Cutter);
        var begin = await Next(nameof(IAudioCutterGrain.Begin));
        await _job.UpdateAsync(job => job with { IsCancelRequested = true });
        await cancel.CancelAsync();
        (await Next(nameof(IAudioCutterGrain.Stop))).Answer(Running);

        begin.Answer(Running);

        (await Next(nameof(IAudioCutterGrain.Stop))).Answer(Running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Timeout, Cancellation));
    }

    /// <summary>The driver ends between the two stages: its activation is given up.</summary>
    [Fact]
    public async Task LeaveRecognition_SlotIsGrantedAndNoRunBegun_GivesItBack()
    {
        var recognition = Create(TimeProvider.System);
        var host = Scripted.As<IJobHost>(
            (method, _) => method == nameof(IJobHost.NewRecognition) ? recognition : new CancellationTokenSource());
        var feed = new JobFeed(Guid.CreateVersion7(), _job, new RecordingJobIndex(), TimeProvider.System);
        var waiting = feed.EnterRecognition(host, new JobOptions()).WaitForSlotAsync(Cancellation);
        var slots = Grant(await Next(nameof(IWorkQueueGrain.WaitForSlots)), 1);
        await waiting.WaitAsync(Timeout, Cancellation);

        feed.LeaveRecognition();

        var left = await Next(nameof(IWorkQueueGrain.Leave));
        Assert.Equal(slots, (ImmutableArray<Guid>)left.Arguments[1]!);
    }

    private async Task<Call> BeginAndCancel(Recognition recognition)
    {
        using var cancel = new CancellationTokenSource();
        var run = recognition.RunAsync(cancel.Token);
        (await Next(nameof(ICaptionChunkGrain.WaitForReport))).Answer(Idle);
        Grant(await Next(nameof(IWorkQueueGrain.WaitForSlots)), 1);
        var begin = await Next(nameof(ICaptionChunkGrain.Begin));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Timeout, Cancellation));
        return begin;
    }

    private async Task<Call> AskAndCancel(Recognition recognition)
    {
        using var cancel = new CancellationTokenSource();
        var run = recognition.RunAsync(cancel.Token);
        (await Next(nameof(ICaptionChunkGrain.WaitForReport))).Answer(Idle);
        var ask = await Next(nameof(IWorkQueueGrain.WaitForSlots));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Timeout, Cancellation));
        await Next(nameof(IWorkQueueGrain.Leave));
        return ask;
    }

    private static ImmutableArray<Guid> Grant(Call ask, int count, WorkKind kind = WorkKind.Chunk)
    {
        WorkSlot[] slots = [.. Enumerable.Range(0, count).Select(
            _ => new WorkSlot(Guid.CreateVersion7(), Silo, kind))];
        ask.Answer(new SlotAnswer([.. slots], 0, null, false));
        return [.. slots.Select(slot => slot.SlotId)];
    }

    private async Task<Call> Next(string method)
    {
        var call = await _calls.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(Timeout, Cancellation);
        Assert.Equal(method, call.Method);
        return call;
    }

    private Recognition Create(TimeProvider time)
    {
        var queue = Scripted.As<IWorkQueueGrain>(Record<SlotAnswer>);
        var chunk = Scripted.As<ICaptionChunkGrain>(Record<ChunkReport>);
        var cutter = Scripted.As<IAudioCutterGrain>(Record<CutReport>);
        var grains = Scripted.As<IGrainFactory>((_, arguments) =>
            arguments[0] is not Guid ? queue : arguments.Length == 2 ? cutter : chunk);
        return new Recognition(
            Guid.CreateVersion7(), _job, grains, new JobOptions(), time, NullLogger.Instance);
    }

    private Task<T> Record<T>(string method, object?[] arguments)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls.Writer.TryWrite(new Call(method, arguments, value => answer.SetResult((T)value)));
        return answer.Task;
    }

    private sealed record Call(string Method, object?[] Arguments, Action<object> Answer);

    /// <summary>Time passes whenever it is looked at.</summary>
    private sealed class SteppingClock(DateTimeOffset now, TimeSpan step) : TimeProvider
    {
        private DateTimeOffset _now = now - step;

        public override DateTimeOffset GetUtcNow() => _now += step;
    }
}
