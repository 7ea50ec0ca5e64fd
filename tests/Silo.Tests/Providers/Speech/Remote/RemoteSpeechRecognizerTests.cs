using System.Buffers.Binary;
using Ax2.Captions.Speech;
using Ax2.TestKit.Speech;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Ax2.Tests.Providers.Speech.Remote;

/// <summary>What is sent, and how a long stream is cut. What goes wrong is in <see cref="RemoteFaultTests"/>.</summary>
public sealed class RemoteSpeechRecognizerTests : IAsyncLifetime
{
    private SpeechServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SpeechServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Recognize_Request_IsWhatTheInterfaceAsksFor()
    {
        using var engine = new RemoteEngine(_server.Endpoint + "/");
        var pcm = Bursts(2000, (500, 1500));

        await foreach (var segment in engine.Recognizer.RecognizeAsync(
            new MemoryStream(pcm), new SpeechRequest("job.chunk-7", "ko-KR"), null, Token))
        {
            Assert.Equal(("Speech.", false), (segment.Words.Single().Text, segment.Words.Single().Estimated));
        }

        var call = Assert.Single(_server.Calls);
        Assert.Equal("job.chunk-7", call.Headers["Idempotency-Key"].ToString());
        Assert.False(call.Headers.ContainsKey("Authorization"));
        Assert.NotNull(call.Headers.ContentLength);
        Assert.DoesNotContain('"', call.Headers.ContentType.ToString());
        Assert.Equal(
            [
                ("language", "ko"), ("model", "whisper-1"), ("response_format", "verbose_json"),
                ("timestamp_granularities[]", "word,segment"),
            ],
            call.Fields.Select(field => (field.Key, field.Value)).Order());
        Assert.Equal(pcm, call.Pcm.ToArray());
        Assert.Equal(pcm.Length, BinaryPrimitives.ReadInt32LittleEndian(call.Wav.AsSpan(40)));
        Assert.Equal(call.Wav.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(call.Wav.AsSpan(4)));
        Assert.Equal(PcmFormat.SampleRateHz, BinaryPrimitives.ReadInt32LittleEndian(call.Wav.AsSpan(24)));
    }

    [Fact]
    public async Task Recognize_LongStream_IsCutWhereItIsQuietAndTimesGoOn()
    {
        using var engine = new RemoteEngine(_server.Endpoint);
        (int, int)[] bursts = [(200, 3000), (3600, 8800), (9200, 12_000), (12_700, 18_000), (18_600, 24_990)];
        var pcm = Bursts(25_000, bursts);

        var recognised = await Recognition.OfAsync(engine.Recognizer, pcm);

        Assert.Equal(bursts, recognised.Segments.Select(segment => ((int)segment.StartMs, (int)segment.EndMs)));
        Assert.Equal(pcm, _server.Calls.SelectMany(call => call.Pcm.ToArray()));
        Assert.Equal(
            ["test", "test.1", "test.2"], _server.Calls.Select(call => call.Headers["Idempotency-Key"].ToString()));
        Assert.InRange(recognised.ProgressMs[0], 8800, 9200);
        Assert.Equal((3, 25_000), (recognised.ProgressMs.Count, recognised.ProgressMs[^1]));
    }

    [Fact]
    public async Task Recognize_LongStream_IsReadOneRequestAtATime()
    {
        using var engine = new RemoteEngine(_server.Endpoint);
        using var stream = new LoopingStream(Bursts(5000, (500, 4500)), 60_000L * PcmFormat.BytesPerMs);

        await foreach (var segment in Recognition.Start(engine.Recognizer, stream, null, Token))
        {
            Assert.InRange((stream.BytesRead / PcmFormat.BytesPerMs) - segment.StartMs, 0, 10_000);
        }
        Assert.Equal(60_000L * PcmFormat.BytesPerMs, stream.BytesRead);
    }

    [Fact]
    public async Task Recognize_LessThanAWord_IsNotSent()
    {
        using var engine = new RemoteEngine(_server.Endpoint);

        var recognised = await Recognition.OfAsync(engine.Recognizer, Bursts(90, (0, 90)));

        Assert.Empty(_server.Calls);
        Assert.Empty(recognised.Segments);
        Assert.Equal([90L], recognised.ProgressMs);
    }

    [Fact]
    public async Task Recognize_ManyAtOnce_KeepsToTheLimitOfRequests()
    {
        using var engine = new RemoteEngine(_server.Endpoint, settings: ("MaxConcurrentRequests", "2"));
        var (inside, most, pairs) = (0, 0, new Barrier(2));
        _server.Answer = async (_, context) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref inside));
            // Each waits for a second one, so two at once are allowed indeed.
            await Task.Run(() => pairs.SignalAndWait(Token), Token);
            Interlocked.Decrement(ref inside);
            await context.Response.WriteAsync("""{"text":""}""", Token);
        };

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Recognition.OfAsync(engine.Recognizer, Bursts(1000, (0, 1000)))));

        Assert.Equal((8, 2), (_server.Calls.Count, most));
        pairs.Dispose();
    }

    [Fact]
    public async Task Recognize_SegmentThatTheServerTakesForSilence_IsLeftOutAndSaid()
    {
        using var engine = new RemoteEngine(_server.Endpoint);
        _server.AnswerStatus(200, """
            {"text": "Thanks for watching!", "segments": [
                {"text": "Thanks for watching!", "start": 0, "end": 2, "no_speech_prob": 0.9, "avg_logprob": -1.2}]}
            """);

        var recognised = await Recognition.OfAsync(engine.Recognizer, Bursts(2000, (0, 2000)));

        Assert.Empty(recognised.Segments);
        var entry = Assert.Single(engine.Log, line => line.StartsWith("Information 2401 ", StringComparison.Ordinal));
        Assert.Contains("silence", entry, StringComparison.Ordinal);
        Assert.DoesNotContain("watching", entry, StringComparison.Ordinal);
    }

    /// <summary>A tone in these stretches of ms, nothing elsewhere.</summary>
    internal static byte[] Bursts(int durationMs, params (int StartMs, int EndMs)[] stretches)
    {
        var pcm = new byte[durationMs * PcmFormat.BytesPerMs];
        foreach (var (startMs, endMs) in stretches)
        {
            for (var at = startMs * PcmFormat.BytesPerMs; at < endMs * PcmFormat.BytesPerMs; at += 2)
            {
                BinaryPrimitives.WriteInt16LittleEndian(pcm.AsSpan(at), (short)(10_000 * Math.Sin(at / 8.0)));
            }
        }
        return pcm;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; seen < value; seen = most)
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
