using Ax2.Captions.Speech;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Embedded;

/// <summary>How a stream is read, cancelled and told about.</summary>
public sealed class RecognitionJobTests(EngineFixture fixture)
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Recognize_LongStream_ReportsProgressUpToItsWholeLength()
    {
        var track = new SpeechTrack().Silence(11_000).Say(SpeechSample.All[0]).Silence(14_321);

        var heard = await Recognition.OfAsync(await fixture.EngineAsync(), track.ToPcm());

        Assert.Equal(heard.ProgressMs.Order(), heard.ProgressMs);
        Assert.Equal(4, heard.ProgressMs.Count);
        Assert.Equal(track.DurationMs, heard.ProgressMs[^1]);
    }

    [Fact]
    public async Task Recognize_EmptyStream_YieldsNothingAndIsDone()
    {
        var heard = await Recognition.OfAsync(await fixture.EngineAsync(), Array.Empty<byte>());

        Assert.Empty(heard.Segments);
        Assert.Equal([0L], heard.ProgressMs);
    }

    [Fact]
    public async Task Recognize_StreamThatEndsInsideASample_LeavesTheHalfOut()
    {
        var pcm = new SpeechTrack().Say(SpeechSample.All[2]).ToPcm();

        var whole = await Recognition.OfAsync(await fixture.EngineAsync(), pcm);
        var broken = await Recognition.OfAsync(await fixture.EngineAsync(), [.. pcm, 0x7f]);

        Assert.Equal(whole.Text, broken.Text);
        Assert.Equal(whole.ProgressMs, broken.ProgressMs);
    }

    [Fact]
    public async Task Recognize_StreamInDribs_HearsTheSame()
    {
        var pcm = new SpeechTrack().Silence(500).Say(SpeechSample.All[0]).ToPcm();

        var whole = await Recognition.OfAsync(await fixture.EngineAsync(), pcm);
        var inDribs = await Recognition.OfAsync(await fixture.EngineAsync(), new LoopingStream(pcm, pcm.Length, 997));

        Assert.Equal(whole.Text, inDribs.Text);
        Assert.Equal(whole.Segments.Select(s => s.StartMs), inDribs.Segments.Select(s => s.StartMs));
    }

    [Fact]
    public async Task Recognize_SeveralAtOnce_HearEachItsOwn()
    {
        var engine = await fixture.EngineAsync();
        var tracks = SpeechSample.All.Select(sample => new SpeechTrack().Say(sample).Silence(1000)).ToArray();

        var alone = new List<string>();
        foreach (var track in tracks)
        {
            alone.Add((await Recognition.OfAsync(engine, track.ToPcm())).Text);
        }
        var together = await Task.WhenAll(tracks.Select(track => Recognition.OfAsync(engine, track.ToPcm())));

        Assert.Equal(alone, together.Select(heard => heard.Text));
    }

    [Fact]
    public async Task Recognize_LongStream_ReadsNoFurtherAheadThanItsWindows()
    {
        const int windowsHeld = 2;
        const int windowMs = 10_000;
        const int longestPhraseMs = 20_000;
        using var stream = new LoopingStream(Speech(), 120_000L * PcmFormat.BytesPerMs);
        var engine = await fixture.EngineAsync();
        var token = TestContext.Current.CancellationToken;

        await foreach (var segment in Recognition.Start(engine, stream, null, token))
        {
            var aheadMs = (stream.BytesRead / PcmFormat.BytesPerMs) - segment.EndMs;
            // The window the segment came from, the one behind it, and what was open from before.
            Assert.InRange(aheadMs, 0, (windowsHeld * windowMs) + longestPhraseMs);
        }
        Assert.Equal(120_000L * PcmFormat.BytesPerMs, stream.BytesRead);
    }

    [Fact]
    public async Task Recognize_Cancelled_StopsSoonAndLeavesTheStreamOpen()
    {
        using var stop = new CancellationTokenSource();
        using var stream = new LoopingStream(Speech(), long.MaxValue);
        var engine = await fixture.EngineAsync();
        var running = ReadAll();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(stream.CanRead);

        async Task ReadAll()
        {
            Task? deadline = null;
            try
            {
                await foreach (var segment in Recognition.Start(engine, stream, null, stop.Token))
                {
                    deadline ??= Task.Delay(StopTime, TimeProvider.System, CancellationToken.None);
                    await stop.CancelAsync();
                }
            }
            finally
            {
                Assert.False(deadline!.IsCompleted, "It took longer than 2 s to stop.");
            }
        }
    }

    [Fact]
    public async Task Recognize_CancelledWhileTheStreamHangs_StopsSoon()
    {
        using var stop = new CancellationTokenSource();
        using var stream = new HangingStream();
        var running = Recognition.Start(await fixture.EngineAsync(), stream, null, stop.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = running.MoveNextAsync().AsTask();
        await stream.Reading;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => next.WaitAsync(StopTime, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Recognize_ConsumerLeavesEarly_LeavesTheStreamOpenAndTheEngineFree()
    {
        var engine = await fixture.EngineAsync();
        using var stream = new LoopingStream(Speech(), long.MaxValue);

        await foreach (var segment in Recognition.Start(engine, stream, null, TestContext.Current.CancellationToken))
        {
            break;
        }
        var read = stream.BytesRead;
        var heard = await Recognition.OfAsync(engine, new SpeechTrack().Say(SpeechSample.All[2]).ToPcm());

        Assert.NotEmpty(heard.Segments);
        Assert.True(stream.CanRead);
        Assert.Equal(read, stream.BytesRead);
    }

    [Fact]
    public async Task Recognize_StreamThatFails_LetsItsExceptionThrough()
    {
        using var stream = new LoopingStream(Speech(), long.MaxValue) { FailAfterBytes = 1_000_000 };
        var engine = await fixture.EngineAsync();

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Recognition.OfAsync(engine, stream));

        Assert.Equal("truncated", failure.Message);
    }

    private static byte[] Speech() => new SpeechTrack()
        .Say(SpeechSample.All[0]).Silence(500).Say(SpeechSample.All[2]).Silence(500).ToPcm();
}
