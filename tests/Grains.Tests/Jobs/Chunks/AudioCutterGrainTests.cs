using Ax2.Media;
using Xunit;

namespace Ax2.Jobs.Chunks;

[Collection(nameof(GrainCluster))]
public sealed class AudioCutterGrainTests(GrainCluster cluster) : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public async ValueTask InitializeAsync()
    {
        cluster.Reset();
        using var media = new MemoryStream([1]);
        await cluster.Store.PutAsync("uploads/speech", media, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Begin_File_TellsItsSpansUntilDone()
    {
        cluster.Decoder.DecodedMs = 1_000_000;
        var cutter = Cutter();

        var begun = await cutter.Begin(Command(1_000_000));
        var done = await End(cutter, begun);

        Assert.Equal(WorkState.Running, begun.State);
        Assert.Equal(WorkState.Done, done.State);
        Assert.Equal([300_000, 600_000, 1_000_000 - 100_000, 1_000_000], done.Spans.Select(span => span.EndMs));
        Assert.Equal(1_000_000, done.DecodedMs);
    }

    [Fact]
    public async Task Begin_AgainWhenDone_AnswersTheSame()
    {
        var cutter = Cutter();
        var done = await End(cutter, await cutter.Begin(Command(10_000)));

        Assert.Equal(done.Spans, (await cutter.Begin(Command(10_000))).Spans);
    }

    [Fact]
    public async Task Begin_BrokenFile_IsFailedWithTheReason()
    {
        cluster.Decoder.Failure = new MediaException(MediaRefusals.MediaUnreadable, "broken");
        var cutter = Cutter();

        var failed = await End(cutter, await cutter.Begin(Command(10_000)));

        Assert.Equal((WorkState.Failed, MediaRefusals.MediaUnreadable), (failed.State, failed.Refusal?.Code));
    }

    [Fact]
    public async Task Begin_StoreFails_MayBeBegunAgain()
    {
        var cutter = Cutter();
        cluster.Store.OnEffect = _ => throw new IOException("The store is away.");

        var waiting = await End(cutter, await cutter.Begin(Command(10_000)));
        cluster.Store.OnEffect = _ => { };
        var done = await End(cutter, await cutter.Begin(Command(10_000)));

        Assert.Equal((WorkState.Waiting, null), (waiting.State, waiting.Refusal));
        Assert.Equal(WorkState.Done, done.State);
    }

    [Theory]
    [InlineData(NoSpace.Code)]
    [InlineData("storage_unavailable")]
    public async Task Begin_StoreCannotBeUsed_SaysWhatItWaitsFor(string code)
    {
        var cutter = Cutter();
        cluster.Store.OnEffect = _ => throw new StorageFaultException(code, "Not now.");

        var waiting = await End(cutter, await cutter.Begin(Command(10_000)));

        Assert.Equal((WorkState.Waiting, code), (waiting.State, waiting.Refusal?.Code));
    }

    [Fact]
    public async Task Begin_AllIsKnownAndSomeOfItLost_WritesThatAgain()
    {
        var cutter = Cutter();
        cluster.Decoder.DecodedMs = 1_000_000;
        var done = await End(cutter, await cutter.Begin(Command(1_000_000)));
        var key = ChunkSpan.AudioKey(cutter.GetPrimaryKey(), 1);
        await cluster.Store.DeleteAsync(key, TestContext.Current.CancellationToken);

        var again = await cutter.Begin(Command(1_000_000) with { KnownSpans = done.Spans });
        var redone = await End(cutter, again);

        Assert.Equal((WorkState.Running, WorkState.Done), (again.State, redone.State));
        Assert.Equal(done.Spans, redone.Spans);
        Assert.Contains(key, cluster.Store.Keys);
    }

    [Fact]
    public async Task WaitForSpans_NeverBegun_IsIdle() => Assert.Equal(
        WorkState.Idle, (await Cutter().WaitForSpans(0, TestContext.Current.CancellationToken)).State);

    [Fact]
    public async Task Stop_Running_EndsItAndItCanBeBegunAgain()
    {
        using var reached = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        var cutter = Cutter();
        cluster.Decoder.DecodedMs = 1_000_000;
        cluster.Store.OnEffect = _ =>
        {
            reached.Release();
            goOn.Wait(Timeout);
        };
        await cutter.Begin(Command(1_000_000));
        await reached.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        var stopping = cutter.Stop();
        goOn.Set();
        await stopping.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        cluster.Store.OnEffect = _ => { };
        var stopped = await cutter.WaitForSpans(0, TestContext.Current.CancellationToken);
        var done = await End(cutter, await cutter.Begin(Command(1_000_000)));

        Assert.Equal(WorkState.Idle, stopped.State);
        Assert.Equal(WorkState.Done, done.State);
    }

    private IAudioCutterGrain Cutter() => cluster.Grains.GetGrain<IAudioCutterGrain>(Guid.CreateVersion7());

    private static CutAudio Command(long announcedMs) => new(
        Guid.CreateVersion7(), Guid.CreateVersion7(), "uploads/speech", 0, announcedMs, 0, null, []);

    private static async Task<CutReport> End(IAudioCutterGrain cutter, CutReport report)
    {
        while (report.State == WorkState.Running)
        {
            report = await cutter.WaitForSpans(report.Spans.Length, TestContext.Current.CancellationToken);
        }

        return report;
    }
}
