using System.Buffers.Binary;
using System.Diagnostics;
using Ax2.TestKit;
using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Media;

/// <summary>Files that were made to do harm: each ends in a refusal or in plain service, within the limits.</summary>
[NeedsProcesses]
public sealed class HostileMediaTests(FfmpegFixture tools) : IClassFixture<FfmpegFixture>
{
    private MediaMaker Maker => tools.Maker;

    [Theory]
    [InlineData("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}\n#EXT-X-ENDLIST\n")]
    [InlineData("a.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{0}\n#EXT-X-ENDLIST\n")]
    [InlineData("http.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/\n#EXT-X-ENDLIST\n")]
    [InlineData("a.ffconcat", "ffconcat version 1.0\nfile {0}\n")]
    [InlineData("a.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n")]
    [InlineData("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>")]
    [InlineData("a.mpd", "<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>{0}</BaseURL></MPD>")]
    [InlineData("a.asx", "<asx version='3.0'><entry><ref href='{0}'/></entry></asx>")]
    [InlineData("a.ram", "rtsp://127.0.0.1:9/a.rm\n")]
    public async Task Probe_FileThatNamesAnother_IsNotMedia(string name, string text)
    {
        var script = text.Replace("{0}", "file://" + MediaMaker.Speech, StringComparison.Ordinal);
        Assert.Equal(MediaRefusals.NotMedia, await tools.RefuseAsync(Maker.Write(name, script)));
    }

    [Fact]
    public async Task Probe_MovieWhoseSoundIsInAnotherFile_DoesNotReadIt()
    {
        // A data reference that is not "in this file" (flag 1) but names the speech by its path.
        var path = Maker.Audio("reference.mov", "-c:a", "pcm_s16le");
        var bytes = File.ReadAllBytes(path);
        var url = bytes.AsSpan().LastIndexOf("url "u8);
        Assert.Equal(1, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(url + 4)));
        bytes[url + 7] = 0;
        "alis"u8.CopyTo(bytes.AsSpan(url));
        bytes.AsSpan(bytes.AsSpan().IndexOf("mdat"u8) + 4, 200_000).Clear();
        File.WriteAllBytes(path, bytes);

        var answer = await tools.Probe.ProbeAsync(path, TestContext.Current.CancellationToken);

        if (answer.Media is null) return;
        using var decoded = new MemoryStream();
        await using (var pcm = tools.Decoder.Open(path, answer.Media.AudioStreams[0].Index, CancellationToken.None))
            await pcm.CopyToAsync(decoded, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(decoded.ToArray()[..100_000], b => b != 0);
    }

    [Theory]
    [InlineData(22, 0xFFFF)]
    [InlineData(24, 0x7FFFFFFF)]
    [InlineData(40, 0x7FFFFFFF)]
    [InlineData(40, 1_152_000_000)]
    public async Task Probe_WaveHeaderWithAbsurdFigure_IsRefusedOrReadAsItIs(int offset, int value)
    {
        var bytes = File.ReadAllBytes(MediaMaker.Speech);
        if (offset == 22) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), (ushort)value);
        else BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);
        var path = Maker.PathOf($"absurd-{offset}-{value}.wav");
        File.WriteAllBytes(path, bytes);

        var answer = await tools.Probe.ProbeAsync(path, TestContext.Current.CancellationToken);

        Assert.True(answer.Refusal is not null || answer.Media!.DurationMs <= 7200, $"{answer}");
    }

    [Fact]
    public async Task Probe_PipeOrLink_IsNotMedia()
    {
        using (var mkfifo = Process.Start("mkfifo", Maker.PathOf("pipe.wav"))) mkfifo.WaitForExit();
        File.CreateSymbolicLink(Maker.PathOf("link.wav"), MediaMaker.Speech);

        Assert.Equal(MediaRefusals.NotMedia, await tools.RefuseAsync(Maker.PathOf("pipe.wav")));
        Assert.Equal(MediaRefusals.NotMedia, await tools.RefuseAsync(Maker.PathOf("link.wav")));
        Assert.Equal(MediaRefusals.NotMedia, Assert.Throws<MediaException>(
            () => tools.Decoder.Open(Maker.PathOf("pipe.wav"), 0, CancellationToken.None)).Code);
    }

    [Fact]
    public async Task Probe_HundredStreams_AreReadAndMoreAreRefused()
    {
        string Many(string name, int count) => Maker.Make(name,
            ["-f", "lavfi", "-i", "sine=d=1", .. Enumerable.Repeat("-map 0:a", count).SelectMany(m => m.Split(' '))]);

        Assert.Equal(100, (await tools.ProbeAsync(Many("many.mka", 100))).AudioStreams.Length);
        Assert.Equal(MediaRefusals.NotMedia, await tools.RefuseAsync(Many("too-many.mka", 101)));
    }

    [Fact]
    public async Task Decode_SmallFileOfManyHours_StopsAtTheOutputLimit()
    {
        var path = Maker.Make("bomb.flac", "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=7200", "-c:a", "flac");
        Assert.True(new FileInfo(path).Length < 7200 * 32_000 / 50);
        using var runner = FfmpegFixture.Start(new FfmpegOptions
        {
            TemporaryFolder = Maker.PathOf("bomb"),
            MaxOutputBytes = 1_000_000,
        });
        await using var pcm = new FfmpegAudioDecoder(runner, TimeProvider.System).Open(path, 0, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<MediaException>(
            () => pcm.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));

        Assert.Equal(MediaRefusals.MediaTooLong, failure.Code);
    }

    [Fact]
    public async Task Decode_GapOfAnHour_StaysWithinTheMemoryLimit()
    {
        var path = Maker.Make("gap.mkv", "-i", MediaMaker.Speech, "-itsoffset", "3600", "-i", MediaMaker.Speech,
            "-map", "0:a", "-map", "1:a", "-c:a", "pcm_s16le");
        await using var pcm = tools.Decoder.Open(path, 1, CancellationToken.None);
        using var counted = new CountingStream();
        await pcm.CopyToAsync(counted, TestContext.Current.CancellationToken);
        Assert.InRange(counted.Count / 32_000.0, 3607, 3607.3);
    }

    private sealed class CountingStream : MemoryStream
    {
        public long Count { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer) => Count += buffer.Length;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Count += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
