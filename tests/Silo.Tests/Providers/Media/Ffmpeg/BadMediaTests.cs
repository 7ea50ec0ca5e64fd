using System.Buffers.Binary;
using Ax2.TestKit;
using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Media;

/// <summary>Files that are broken, or no media at all.</summary>
[NeedsProcesses]
public sealed class BadMediaTests(FfmpegFixture tools) : IClassFixture<FfmpegFixture>
{
    private MediaMaker Maker => tools.Maker;

    [Theory]
    [InlineData("empty.mp4", "")]
    [InlineData("notes.mp4", "These are only some words, and no recording of anybody saying them.\n")]
    [InlineData("page.mp4", "<!doctype html><html><body><script>alert(1)</script></body></html>")]
    [InlineData("captions.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nThere\n")]
    [InlineData("captions.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")]
    public async Task Probe_Text_IsNotMedia(string name, string text) =>
        Assert.Equal(MediaRefusals.NotMedia, await tools.RefuseAsync(Maker.Write(name, text)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Probe_Noise_IsNotMedia(int seed)
    {
        var noise = new byte[200_000];
        new Random(seed).NextBytes(noise);
        File.WriteAllBytes(Maker.PathOf("noise.mp3"), noise);
        Assert.Contains(await tools.RefuseAsync(Maker.PathOf("noise.mp3")),
            (string[])[MediaRefusals.NotMedia, MediaRefusals.MediaUnreadable]);
    }

    [Fact]
    public async Task Probe_Picture_IsNotMedia() => Assert.Equal(MediaRefusals.NotMedia, await tools.RefuseAsync(
        Maker.Make("picture.png", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-frames:v", "1")));

    [Fact]
    public async Task Probe_VideoWithoutAudio_HasNoAudio() => Assert.Equal(MediaRefusals.NoAudio,
        await tools.RefuseAsync(Maker.Make("silent.mp4", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1")));

    [Fact]
    public async Task Probe_HeaderWithoutSamples_IsEmptyAudio()
    {
        var header = File.ReadAllBytes(MediaMaker.Speech)[..44];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), 0);
        File.WriteAllBytes(Maker.PathOf("empty.wav"), header);
        Assert.Equal(MediaRefusals.AudioEmpty, await tools.RefuseAsync(Maker.PathOf("empty.wav")));
    }

    [Fact]
    public async Task Probe_AudioStreamOfNoLength_IsEmptyAudio() => Assert.Equal(MediaRefusals.AudioEmpty,
        await tools.RefuseAsync(Maker.Video("none.mkv", "-c:a", "aac", "-af", "atrim=end=0")));

    [Theory]
    [InlineData("index-last.mp4", "-c:a", "aac")]
    [InlineData("index-first.mp4", "-c:a", "aac", "-movflags", "+faststart")]
    [InlineData("talk.mkv", "-c:a", "aac")]
    [InlineData("talk.webm", "-c:v", "libvpx", "-c:a", "libopus")]
    public async Task Probe_VideoThatBreaksOff_IsTruncated(string name, params string[] more) => Assert.Equal(
        MediaRefusals.MediaTruncated, await tools.RefuseAsync(Maker.Cut(Maker.Video(name, more))));

    [Theory]
    [InlineData("talk.mp3")]
    [InlineData("talk.flac")]
    [InlineData("talk.m4a")]
    public async Task Probe_AudioThatBreaksOff_IsTruncated(string name) =>
        Assert.Equal(MediaRefusals.MediaTruncated, await tools.RefuseAsync(Maker.Cut(Maker.Audio(name))));

    [Fact]
    public async Task Probe_AllSamplesOverwritten_IsUnreadable() =>
        Assert.Equal(MediaRefusals.MediaUnreadable, await tools.RefuseAsync(Overwrite("all.m4a", share: 1)));

    [Fact]
    public async Task Decode_ManySamplesOverwritten_EndsUnreadable()
    {
        await using var pcm = tools.Decoder.Open(Overwrite("some.m4a", share: 0.3), 0, CancellationToken.None);
        var failure = await Assert.ThrowsAsync<MediaException>(
            () => pcm.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        Assert.Equal(MediaRefusals.MediaUnreadable, failure.Code);
    }

    private string Overwrite(string name, double share)
    {
        var path = Maker.Audio(name);
        var bytes = File.ReadAllBytes(path);
        var data = bytes.AsSpan().IndexOf("mdat"u8) + 4;
        var length = bytes.AsSpan().IndexOf("moov"u8) - 4 - data;
        bytes.AsSpan(data, (int)(length * share)).Fill(0xFF);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
