using Ax2.Captions.Speech;
using Xunit;

namespace Ax2.TestKit.Speech;

/// <summary>What every <see cref="ISpeechRecognizer"/> does, whoever listens.</summary>
public abstract class SpeechRecognizerConformance
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    /// <summary>An engine that hears <see cref="SpeechSample"/>, and in a stream without end begins to yield.</summary>
    protected abstract ValueTask<ISpeechRecognizer> OpenAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recognize_Speech_YieldsWordsInOrderWithinTheirSegments()
    {
        var recognised = await Recognition.OfAsync(await OpenAsync(), Speech());

        Assert.NotEmpty(recognised.Segments);
        Assert.Equal(recognised.Segments.OrderBy(segment => segment.StartMs), recognised.Segments);
        Assert.All(recognised.Segments, segment =>
        {
            Assert.Equal(segment.Words.OrderBy(word => word.StartMs), segment.Words);
            Assert.All(segment.Words, word => Assert.True(
                segment.StartMs <= word.StartMs && word.StartMs <= word.EndMs && word.EndMs <= segment.EndMs,
                $"{word} in {segment}"));
            Assert.All(segment.Words, word => Assert.DoesNotContain(' ', word.Text));
        });
    }

    [Fact]
    public async Task Recognize_Stream_ReportsProgressUpToItsWholeLength()
    {
        var track = new SpeechTrack().Silence(11_000).Say(SpeechSample.All[0]).Silence(14_321);

        var recognised = await Recognition.OfAsync(await OpenAsync(), track.ToPcm());

        Assert.Equal(recognised.ProgressMs.Order(), recognised.ProgressMs);
        Assert.Equal(track.DurationMs, recognised.ProgressMs[^1]);
    }

    [Fact]
    public async Task Recognize_EmptyStream_YieldsNothingAndIsDone()
    {
        var recognised = await Recognition.OfAsync(await OpenAsync(), Array.Empty<byte>());

        Assert.Empty(recognised.Segments);
        Assert.Equal([0L], recognised.ProgressMs);
    }

    [Fact]
    public async Task Recognize_Silence_YieldsNothing()
    {
        var recognised = await Recognition.OfAsync(await OpenAsync(), new SpeechTrack().Silence(21_000).ToPcm());

        Assert.Empty(recognised.Segments);
        Assert.Equal(21_000, recognised.ProgressMs[^1]);
    }

    [Fact]
    public async Task Recognize_StreamThatEndsInsideASample_LeavesTheHalfOut()
    {
        var pcm = new SpeechTrack().Say(SpeechSample.All[2]).ToPcm();

        var whole = await Recognition.OfAsync(await OpenAsync(), pcm);
        var broken = await Recognition.OfAsync(await OpenAsync(), [.. pcm, 0x7f]);

        Assert.Equal(whole.Text, broken.Text);
        Assert.Equal(whole.ProgressMs, broken.ProgressMs);
    }

    [Fact]
    public async Task Recognize_StreamInDribs_HearsTheSame()
    {
        var pcm = new SpeechTrack().Silence(500).Say(SpeechSample.All[0]).ToPcm();

        var whole = await Recognition.OfAsync(await OpenAsync(), pcm);
        var inDribs = await Recognition.OfAsync(await OpenAsync(), new LoopingStream(pcm, pcm.Length, 997));

        Assert.Equal(whole.Text, inDribs.Text);
        Assert.Equal(whole.Segments.Select(s => s.StartMs), inDribs.Segments.Select(s => s.StartMs));
    }

    [Fact]
    public async Task Recognize_SeveralAtOnce_HearEachItsOwn()
    {
        var recognizer = await OpenAsync();
        var tracks = SpeechSample.All.Select(sample => new SpeechTrack().Say(sample).Silence(1000)).ToArray();

        var alone = new List<Recognition>();
        foreach (var track in tracks)
        {
            alone.Add(await Recognition.OfAsync(recognizer, track.ToPcm()));
        }
        var together = await Task.WhenAll(tracks.Select(track => Recognition.OfAsync(recognizer, track.ToPcm())));

        Assert.Equal(alone.Select(recognised => recognised.Text), together.Select(recognised => recognised.Text));
        Assert.Equal(alone.Select(one => one.ProgressMs[^1]), together.Select(one => one.ProgressMs[^1]));
    }

    [Fact]
    public async Task Recognize_Cancelled_StopsSoonAndLeavesTheStreamOpen()
    {
        using var stop = new CancellationTokenSource();
        using var stream = new LoopingStream(Speech(), long.MaxValue);
        var recognizer = await OpenAsync();
        var running = ReadAll();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(stream.CanRead);

        async Task ReadAll()
        {
            Task? deadline = null;
            try
            {
                await foreach (var segment in Recognition.Start(recognizer, stream, null, stop.Token))
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
        var running = Recognition.Start(await OpenAsync(), stream, null, stop.Token).GetAsyncEnumerator(Token);
        var next = running.MoveNextAsync().AsTask();
        await stream.Reading;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(StopTime, Token));
    }

    [Fact]
    public async Task Recognize_ConsumerLeavesEarly_LeavesTheStreamOpenAndTheEngineFree()
    {
        var recognizer = await OpenAsync();
        using var stream = new LoopingStream(Speech(), long.MaxValue);

        await foreach (var segment in Recognition.Start(recognizer, stream, null, Token))
        {
            break;
        }
        var read = stream.BytesRead;
        var recognised = await Recognition.OfAsync(recognizer, new SpeechTrack().Say(SpeechSample.All[2]).ToPcm());

        Assert.NotEmpty(recognised.Segments);
        Assert.True(stream.CanRead);
        Assert.Equal(read, stream.BytesRead);
    }

    [Fact]
    public async Task Recognize_StreamThatFails_LetsItsExceptionThrough()
    {
        using var stream = new LoopingStream(Speech(), long.MaxValue) { FailAfterBytes = 1_000_000 };
        var recognizer = await OpenAsync();

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => Recognition.OfAsync(recognizer, stream));

        Assert.Equal("truncated", failure.Message);
        Assert.True(stream.CanRead);
    }

    private static byte[] Speech() => new SpeechTrack()
        .Say(SpeechSample.All[0]).Silence(500).Say(SpeechSample.All[2]).Silence(500).ToPcm();
}
