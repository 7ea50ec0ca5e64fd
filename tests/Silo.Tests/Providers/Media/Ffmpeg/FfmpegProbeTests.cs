using Ax2.TestKit;
using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Media;

[NeedsProcesses]
public sealed class FfmpegProbeTests(FfmpegFixture tools) : IClassFixture<FfmpegFixture>
{
    private const int SlackMs = 150;

    private MediaMaker Maker => tools.Maker;

    [Fact]
    public async Task Probe_Video_TellsItsStreams()
    {
        var media = await tools.ProbeAsync(Maker.Video("talk.mp4", "-c:v", "libx264", "-c:a", "aac"));

        Assert.Equal("mp4", media.Container);
        Assert.Equal(new VideoStream("h264", 320, 240), media.Video);
        var audio = Assert.Single(media.AudioStreams);
        Assert.Equal(new AudioStream(1, "aac", 1, 16_000, audio.DurationMs, null, true), audio);
        Assert.InRange(audio.DurationMs, 7100, 7100 + SlackMs);
        Assert.InRange(media.DurationMs, 7500, 7500 + SlackMs);
    }

    [Theory]
    [InlineData("a.wav", "wav")]
    [InlineData("a.mp3", "mp3")]
    [InlineData("a.flac", "flac")]
    [InlineData("a.ogg", "ogg")]
    [InlineData("a.aac", "aac")]
    [InlineData("a.m4a", "m4a")]
    [InlineData("a.mov", "mov")]
    [InlineData("a.webm", "webm")]
    [InlineData("a.mka", "matroska", "-c:a", "aac")]
    [InlineData("a.ts", "mpegts")]
    [InlineData("a.avi", "avi")]
    [InlineData("a.aiff", "aiff")]
    [InlineData("a.w64", "w64")]
    [InlineData("a.caf", "caf")]
    [InlineData("a.wma", "asf")]
    [InlineData("a.flv", "flv", "-c:a", "aac", "-ar", "44100")]
    public async Task Probe_AudioOnly_KnowsContainerAndLength(string name, string container, params string[] more)
    {
        var media = await tools.ProbeAsync(Maker.Audio(name, more));

        Assert.Equal(container, media.Container);
        Assert.Null(media.Video);
        Assert.InRange(media.DurationMs, 7100 - SlackMs, 7100 + SlackMs);
        Assert.InRange(media.AudioStreams.Single().DurationMs, 7100 - SlackMs, 7100 + SlackMs);
    }

    [Fact]
    public async Task Probe_NoDurationInHeader_FindsItFromPackets()
    {
        var recording = Maker.Audio("live.webm", "-c:a", "libopus", "-live", "1", "-f", "webm");
        Assert.InRange((await tools.ProbeAsync(recording)).DurationMs, 7100 - SlackMs, 7100 + SlackMs);
    }

    [Fact]
    public async Task Probe_VariableBitRateWithoutHeader_IsNotGuessed()
    {
        // A quiet second half takes few bits: computed from the first frames' bit rate it would be far too short.
        var path = Maker.Make("vbr.mp3", "-i", MediaMaker.Speech, "-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d=20",
            "-filter_complex", "[0][1]concat=n=2:v=0:a=1", "-q:a", "2", "-write_xing", "0");
        Assert.InRange((await tools.ProbeAsync(path)).DurationMs, 27_100 - SlackMs, 27_100 + SlackMs);
    }

    [Fact]
    public async Task Probe_SeveralAudioStreams_GivesEachWithLanguageAndDefault()
    {
        var path = Maker.Video("two.mkv", "-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:a", "aac",
            "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=kor",
            "-disposition:a:0", "0", "-disposition:a:1", "default");

        var streams = (await tools.ProbeAsync(path)).AudioStreams;

        Assert.Equal([(1, "eng", false), (2, "kor", true)], streams.Select(s => (s.Index, s.Language!, s.IsDefault)));
    }

    [Fact]
    public async Task Probe_SeveralStreamsWithoutLength_MeasuresEach()
    {
        var path = Maker.Make("streams.mkv", "-i", MediaMaker.Speech, "-f", "lavfi", "-i", "sine=d=3",
            "-map", "0", "-map", "1", "-c:a", "aac", "-live", "1", "-f", "matroska");
        var lengths = (await tools.ProbeAsync(path)).AudioStreams.Select(s => s.DurationMs).ToArray();
        Assert.InRange(lengths[0], 7100 - SlackMs, 7100 + SlackMs);
        Assert.InRange(lengths[1], 3000 - SlackMs, 3000 + SlackMs);
    }

    [Fact]
    public async Task Probe_CoverPicture_IsNoVideo()
    {
        Maker.Make("cover.png", "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-frames:v", "1");
        var path = Maker.Make("song.mp3", "-i", MediaMaker.Speech, "-i", Maker.PathOf("cover.png"),
            "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic");
        Assert.Null((await tools.ProbeAsync(path)).Video);
    }

    [Theory]
    [InlineData("late.mp4")]
    [InlineData("late.mkv")]
    [InlineData("late.ts")]
    public async Task Probe_LateAudio_EndsWhereTheVideoHasIt(string name)
    {
        var path = Maker.Make(name, "-f", "lavfi", "-i", "testsrc=s=64x64:r=10:d=10",
            "-itsoffset", "2", "-i", MediaMaker.Speech, "-c:a", "aac");
        Assert.InRange((await tools.ProbeAsync(path)).AudioStreams.Single().DurationMs, 9100 - SlackMs, 9100 + SlackMs);
    }

    [Fact]
    public async Task Probe_NameThatLooksLikeAnOptionOrAddress_IsAFile()
    {
        foreach (var name in (string[])["-version", "concat:a.wav|b.wav", "http:x.wav", "a\nb \"c\" '한국어' %d.wav"])
        {
            File.Copy(MediaMaker.Speech, Maker.PathOf(name));
            Assert.Equal("wav", (await tools.ProbeAsync(Maker.PathOf(name))).Container);
        }
    }

    [Fact]
    public async Task Probe_ToolThatHangs_IsRefusedInTime()
    {
        using var runner = FfmpegFixture.Start(new FfmpegOptions
        {
            FfprobePath = tools.Script("hangs", "exec sleep 600"),
            TemporaryFolder = Maker.PathOf("hanging"),
            ProbeTimeout = TimeSpan.FromMilliseconds(200),
        });
        var answer = await new FfmpegProbe(runner, TimeProvider.System)
            .ProbeAsync(MediaMaker.Speech, TestContext.Current.CancellationToken);
        Assert.Equal(MediaRefusals.MediaUnreadable, answer.Refusal!.Code);
    }

    [Fact]
    public async Task Probe_Cancelled_Throws() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => tools.Probe.ProbeAsync(MediaMaker.Speech, new CancellationToken(canceled: true)));
}
