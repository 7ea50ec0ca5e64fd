using System.Collections.Immutable;
using System.Globalization;
using Ax2.Captions.Speech;
using Ax2.Media;
using Ax2.TestKit.Media;
using CsCheck;
using Xunit;

namespace Ax2.Jobs.Chunks;

public sealed class AudioCutTests
{
    private const string Media = "uploads/speech";
    private static readonly Guid Job = Guid.CreateVersion7();
    private readonly InMemoryObjectStore _store = new();
    private readonly SilentDecoder _decoder = new();
    private readonly JobOptions _options = new()
    {
        ChunkTarget = TimeSpan.FromSeconds(5),
        ChunkCutWindow = TimeSpan.FromSeconds(2),
        ChunkContext = TimeSpan.FromSeconds(1),
    };

    [Fact]
    public async Task Run_LongFile_ChunksCoverItWithoutAGapAndHoldTheirAudio()
    {
        _decoder.Sound = MadeAudio.Speech(31_234, seed: 7);

        var (report, refusal) = await Run(31_234);

        Assert.Null(refusal);
        AssertCovers(report.Spans, 0, 31_234);
        Assert.True(report.Spans.Length > 4);
        Assert.All(report.Spans, span => AssertHolds(span, _decoder.Sound));
    }

    [Fact]
    public async Task Run_ShortFile_IsOneChunkWithoutContext()
    {
        _decoder.Sound = MadeAudio.Speech(7_000, seed: 7);

        var (report, _) = await Run(7_000);

        Assert.Equal([new ChunkSpan(0, 0, 7_000, 0, 7_000)], report.Spans);
        AssertHolds(report.Spans[0], _decoder.Sound);
    }

    [Fact]
    public async Task Run_Range_CutsOnlyItUpInTimesOfTheFile()
    {
        _decoder.Sound = MadeAudio.Speech(60_000, seed: 7);

        var (report, refusal) = await Run(60_000, fromMs: 20_005, untilMs: 40_010);

        Assert.Null(refusal);
        AssertCovers(report.Spans, 20_005, 40_010);
        Assert.Equal((19_005, 41_010), (report.Spans[0].AudioStartMs, report.Spans[^1].AudioEndMs));
        Assert.All(report.Spans, span => AssertHolds(span, _decoder.Sound));
        Assert.InRange(report.DecodedMs, 41_010, 45_100);
    }

    [Fact]
    public async Task Run_KnownSpans_StayAsTheyAreAndOnlyLostAudioIsWritten()
    {
        _decoder.Sound = MadeAudio.Speech(40_000, seed: 7);
        var (first, _) = await Run(40_000);
        await _store.DeleteAsync(ChunkSpan.AudioKey(Job, 1), CancellationToken.None);
        var puts = 0;
        _store.OnEffect = effect => puts += effect == "after put" ? 1 : 0;
        _options.ChunkTarget = TimeSpan.FromSeconds(9);

        var (second, refusal) = await Run(40_000, known: first.Spans[..4]);

        Assert.Null(refusal);
        Assert.Equal(first.Spans[..4], second.Spans[..4]);
        AssertCovers(second.Spans, 0, 40_000);
        Assert.All(second.Spans, span => AssertHolds(span, _decoder.Sound));
        Assert.Equal(second.Spans.Length - 3, puts);
    }

    [Fact]
    public async Task Run_AllSpansKnown_WritesNothing()
    {
        _decoder.Sound = MadeAudio.Speech(40_000, seed: 7);
        var (first, _) = await Run(40_000);
        _store.OnEffect = effect => Assert.DoesNotContain("put", effect, StringComparison.Ordinal);

        var (second, refusal) = await Run(40_000, known: first.Spans);

        Assert.Null(refusal);
        Assert.Equal(first.Spans, second.Spans);
    }

    [Fact]
    public async Task Run_FileShorterThanAnnounced_IsTruncatedAndItsLastChunkIsNone()
    {
        _decoder.Sound = MadeAudio.Speech(20_000, seed: 7);

        var (report, refusal) = await Run(22_001);

        Assert.Equal(MediaRefusals.MediaTruncated, refusal?.Code);
        Assert.Equal(20_000, refusal!.Figures!["decodedMs"]);
        Assert.Equal(22_001, refusal.Figures["announcedMs"]);
        Assert.True(report.Spans.IsEmpty || report.Spans[^1].EndMs < 20_000);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5_000, 6_000)]
    public async Task Run_NoSound_IsEmpty(int ms, long fromMs)
    {
        _decoder.Sound = MadeAudio.Speech(ms, seed: 7);

        var (report, refusal) = await Run(ms, fromMs);

        Assert.Equal(MediaRefusals.AudioEmpty, refusal?.Code);
        Assert.Empty(report.Spans);
        Assert.DoesNotContain(_store.Keys, key => key != Media);
    }

    [Fact]
    public async Task Run_DecoderFails_AnswersItsReasonAndKeepsWhatWasStored()
    {
        _decoder.Failure = new MediaException(MediaRefusals.MediaUnreadable, "broken");

        var (_, refusal) = await Run(20_000);

        Assert.Equal(MediaRefusals.MediaUnreadable, refusal?.Code);
    }

    [Fact]
    public async Task Run_FileIsGone_SaysSo()
    {
        var (_, refusal) = await Run(20_000, hasMedia: false);

        Assert.Equal(MediaRefusals.UploadDeleted, refusal?.Code);
    }

    [Fact]
    public async Task Run_SpanIsTold_OnlyWhenItsAudioIsStored()
    {
        _decoder.Sound = MadeAudio.Speech(40_000, seed: 7);
        var report = new ObservableValue<CutReport>(new(WorkState.Running, [], 0, null));
        _store.OnEffect = effect => Assert.Equal(
            _store.Keys.Count(key => key != Media),
            report.Value.Spans.Length + (effect == "after put" ? 1 : 0));

        var end = await Cut(report, 40_000);

        Assert.NotEmpty(report.Value.Spans);
        // The last one comes with the end, so that a short file is reported once.
        Assert.Equal(end.Spans[..^1], report.Value.Spans);
    }

    [Fact]
    public void Read_InAnyPieces_GivesTheSameChunks() => Gen.Select(
        Gen.Int[1, 40_000], Gen.Int[0, 1_000], Gen.Int[200, 70_000], Gen.Int[200, 9_000]).Sample(
        (ms, seed, blockBytes, readBytes) =>
        {
            var sound = MadeAudio.Speech(ms, seed);
            Assert.Equal(
                Chunks(new MemoryStream(sound), 1 << 20), Chunks(new DribblingStream(sound, blockBytes), readBytes));
        }, iter: 40);

    private static List<string> Chunks(Stream pcm, int readBytes)
    {
        using var audio = new ChunkedAudio(
            pcm, new ChunkLengths(4_000, 1_500), 700, new(0, long.MaxValue / 1000), []);
        var chunks = new List<string>();
        var buffer = new byte[readBytes];
        while (audio.NextAsync(CancellationToken.None).GetAwaiter().GetResult())
        {
            var hash = new HashCode();
            int read;
            while ((read = audio.ReadAsync(buffer).AsTask().GetAwaiter().GetResult()) > 0)
            {
                foreach (var one in buffer.AsSpan(0, read))
                {
                    hash.Add(one);
                }
            }

            chunks.Add(string.Create(CultureInfo.InvariantCulture, $"{audio.Span} {hash.ToHashCode()}"));
        }

        return chunks;
    }

    private async Task<(CutReport Report, Refusal? Refusal)> Run(
        long announcedMs, long fromMs = 0, long? untilMs = null, ImmutableArray<ChunkSpan> known = default,
        bool hasMedia = true)
    {
        var report = new ObservableValue<CutReport>(new(WorkState.Running, [], 0, null));
        var end = await Cut(report, announcedMs, fromMs, untilMs, known.IsDefault ? [] : known, hasMedia);
        Assert.Equal(end.Refusal is null ? WorkState.Done : WorkState.Failed, end.State);
        return (end, end.Refusal);
    }

    private async Task<CutReport> Cut(
        ObservableValue<CutReport> report, long announcedMs, long fromMs = 0, long? untilMs = null,
        ImmutableArray<ChunkSpan>? known = null, bool hasMedia = true)
    {
        if (hasMedia)
        {
            using var media = new MemoryStream([1]);
            var scripted = _store.OnEffect;
            _store.OnEffect = _ => { };
            await _store.PutAsync(Media, media, CancellationToken.None);
            _store.OnEffect = scripted;
        }

        var command = new CutAudio(
            Guid.CreateVersion7(), Guid.CreateVersion7(), Media, 0, announcedMs, fromMs, untilMs, known ?? []);
        return await new AudioCut(_store, _decoder, _options, Job, command, report).RunAsync(CancellationToken.None);
    }

    private static void AssertCovers(ImmutableArray<ChunkSpan> spans, long startMs, long endMs)
    {
        Assert.Equal(Enumerable.Range(0, spans.Length), spans.Select(span => span.Index));
        Assert.Equal([startMs, .. spans[..^1].Select(span => span.EndMs)], spans.Select(span => span.StartMs));
        Assert.Equal(endMs, spans[^1].EndMs);
    }

    private void AssertHolds(ChunkSpan span, byte[] sound)
    {
        using var stored = new MemoryStream();
        _store.OpenReadAsync(ChunkSpan.AudioKey(Job, span.Index), CancellationToken.None).Result.CopyTo(stored);
        var from = (int)span.AudioStartMs * PcmFormat.BytesPerMs;
        var until = (int)span.AudioEndMs * PcmFormat.BytesPerMs;
        Assert.True(sound.AsSpan(from..until).SequenceEqual(stored.ToArray()), $"{span}");
    }

    private sealed class DribblingStream(byte[] content, int blockBytes) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(blockBytes, buffer.Length)], cancellationToken);
    }
}
