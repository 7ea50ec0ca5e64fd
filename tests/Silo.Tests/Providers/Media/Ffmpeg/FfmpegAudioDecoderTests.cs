using System.Runtime.InteropServices;
using Ax2.Captions.Speech;
using Ax2.TestKit;
using Ax2.TestKit.Media;
using Xunit;

namespace Ax2.Media;

[NeedsProcesses]
public sealed class FfmpegAudioDecoderTests(FfmpegFixture tools) : IClassFixture<FfmpegFixture>
{
    private const double SlackSeconds = 0.06;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MediaMaker Maker => tools.Maker;

    [Fact]
    public async Task Decode_ServiceFormat_IsTheSameSound()
    {
        var original = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(MediaMaker.Speech).AsSpan(44)).ToArray();
        var decoded = await DecodeAsync(MediaMaker.Speech, 0);
        Assert.Equal(original.Length, decoded.Length);
        var error = original.Zip(decoded, (a, b) => (double)(a - b) * (a - b)).Average();
        Assert.True(Math.Sqrt(error) < 20, $"RMS difference {Math.Sqrt(error)}");
    }

    [Theory]
    [InlineData("8000.wav", "-ar", "8000")]
    [InlineData("11025.wav", "-ar", "11025", "-c:a", "pcm_u8")]
    [InlineData("44100.flac", "-ar", "44100", "-ac", "2")]
    [InlineData("48000.mka", "-ar", "48000", "-ac", "6", "-c:a", "ac3")]
    [InlineData("96000.wav", "-ar", "96000", "-c:a", "pcm_f32le")]
    [InlineData("opus.ogg", "-c:a", "libopus")]
    [InlineData("12345.wav", "-ar", "12345", "-ac", "8")]
    public async Task Decode_OtherRatesAndChannels_KeepsLengthAndOnset(string name, params string[] more)
    {
        var decoded = await DecodeAsync(Maker.Audio(name, more), 0);
        Assert.Equal(MediaMaker.SpeechSeconds, Seconds(decoded.Length), SlackSeconds);
        Assert.Equal(await OnsetAsync(MediaMaker.Speech), Onset(decoded), SlackSeconds);
    }

    [Theory]
    [InlineData("late.mp4", "-c:a", "aac")]
    [InlineData("late.mkv", "-c:a", "flac")]
    [InlineData("late.ts", "-c:a", "mp2")]
    public async Task Decode_AudioThatStartsLate_IsInTimeWithTheVideo(string name, params string[] more)
    {
        var path = Maker.Make(name, ["-f", "lavfi", "-i", "testsrc=s=64x64:r=25:d=10", "-itsoffset", "2",
            "-i", MediaMaker.Speech, "-c:v", "mpeg4", .. more]);
        var decoded = await DecodeAsync(path, 1);
        Assert.Equal(await OnsetAsync(MediaMaker.Speech) + 2, Onset(decoded), 0.1);
    }

    [Fact]
    public async Task Decode_GapInTheMiddle_IsSilenceOfItsLength()
    {
        var tone = Maker.Make("gap.mkv", "-f", "lavfi", "-i", "sine=r=16000:d=9", "-af",
            "aselect='not(between(t,3,5))'", "-c:a", "pcm_s16le");
        var decoded = await DecodeAsync(tone, 0);
        Assert.InRange(Seconds(decoded.Length), 9 - SlackSeconds, 9 + SlackSeconds);
        Assert.True(Loudness(decoded, 2, 2.9) > 1000 && Loudness(decoded, 5.2, 6) > 1000);
        Assert.True(Loudness(decoded, 3.2, 4.8) < 10);
    }

    [Theory]
    [InlineData(1, 440)]
    [InlineData(2, 880)]
    public async Task Decode_SeveralStreams_TakesTheChosenOne(int index, int hertz)
    {
        var path = Maker.Make($"tones-{index}.mkv", "-f", "lavfi", "-i", "testsrc=s=64x64:d=2",
            "-f", "lavfi", "-i", "sine=440:d=2", "-f", "lavfi", "-i", "sine=880:d=2",
            "-map", "0", "-map", "1", "-map", "2", "-c:a", "flac");
        var decoded = await DecodeAsync(path, index);
        var crossings = decoded.Zip(decoded.Skip(1)).Count(p => p.First < 0 != p.Second < 0);
        Assert.Equal(hertz, crossings / 2 / Seconds(decoded.Length), 5.0);
    }

    [Fact]
    public async Task Decode_StreamThatIsNotThere_IsUnreadable() =>
        Assert.Equal(MediaRefusals.MediaUnreadable, (await FailAsync(tools.Decoder, MediaMaker.Speech, 7)).Code);

    [Fact]
    public async Task Decode_FileThatBreaksOff_GivesWhatThereIsAndThenFails()
    {
        await using var pcm = tools.Decoder.Open(Maker.Cut(Maker.Video("cut.mkv", "-c:a", "aac")), 1, Token);
        using var decoded = new MemoryStream();
        var failure = await Assert.ThrowsAsync<MediaException>(() => pcm.CopyToAsync(decoded, Token));
        Assert.Equal(MediaRefusals.MediaTruncated, failure.Code);
        Assert.InRange(decoded.Length / 32_000.0, 2, 5);
        Assert.Same(failure, await Assert.ThrowsAsync<MediaException>(() => pcm.CopyToAsync(Stream.Null, Token)));
    }

    [Fact]
    public async Task Decode_Synchronously_GivesTheSame()
    {
        await using var pcm = tools.Decoder.Open(MediaMaker.Speech, 0, Token);
        using var decoded = new MemoryStream();
        await Task.Run(() => pcm.CopyTo(decoded), Token);
        Assert.Equal(await DecodeAsync(MediaMaker.Speech, 0), Samples(decoded));
    }

    [Fact]
    public async Task Dispose_InTheMiddle_EndsTheDecoderAndLeavesNothing()
    {
        var pcm = tools.Decoder.Open(LongTone(), 0, Token);
        await pcm.ReadExactlyAsync(new byte[1000], Token);
        Assert.NotEmpty(tools.Leftovers());

        await pcm.DisposeAsync();

        Assert.Empty(tools.Leftovers());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pcm.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task Read_Cancelled_StopsAtOnce()
    {
        using var source = new CancellationTokenSource();
        await using var pcm = tools.Decoder.Open(LongTone(), 0, source.Token);
        await pcm.ReadExactlyAsync(new byte[1000], Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pcm.CopyToAsync(Stream.Null, Token));
    }

    [Theory]
    [InlineData("stalls", "exec sleep 600")]
    [InlineData("burns", "while :; do :; done")]
    public async Task Read_DecoderThatGetsNowhere_FailsWithinTheLimits(string name, string script)
    {
        using var runner = FfmpegFixture.Start(new FfmpegOptions
        {
            FfmpegPath = tools.Script(name, script),
            TemporaryFolder = Maker.PathOf(name + "-runs"),
            DecodeStallTimeout = name is "stalls" ? TimeSpan.FromMilliseconds(200) : TimeSpan.Zero,
            MaxDecodeTime = TimeSpan.FromSeconds(1),
        });
        var failure = await FailAsync(new FfmpegAudioDecoder(runner, TimeProvider.System), MediaMaker.Speech, 0);
        Assert.Equal(MediaRefusals.MediaUnreadable, failure.Code);
    }

    [Fact]
    public async Task Read_FromAThreadThatEnds_GoesOn()
    {
        Stream? pcm = null;
        var opener = new Thread(() =>
        {
            pcm = tools.Decoder.Open(LongTone(), 0, CancellationToken.None);
            pcm.ReadExactly(new byte[1000]);
        });
        opener.Start();
        opener.Join();
        await using (pcm) await pcm!.CopyToAsync(Stream.Null, Token);
    }

    private string LongTone() => File.Exists(Maker.PathOf("long.wav"))
        ? Maker.PathOf("long.wav")
        : Maker.Make("long.wav", "-f", "lavfi", "-i", "sine=r=8000:d=300");

    private async Task<short[]> DecodeAsync(string path, int index)
    {
        await using var pcm = tools.Decoder.Open(path, index, Token);
        using var decoded = new MemoryStream();
        await pcm.CopyToAsync(decoded, Token);
        return Samples(decoded);
    }

    private static short[] Samples(MemoryStream pcm) => MemoryMarshal.Cast<byte, short>(pcm.ToArray()).ToArray();

    private static async Task<MediaException> FailAsync(IAudioDecoder decoder, string path, int index)
    {
        await using var pcm = decoder.Open(path, index, Token);
        return await Assert.ThrowsAsync<MediaException>(() => pcm.CopyToAsync(Stream.Null, Token));
    }

    private async Task<double> OnsetAsync(string path) => Onset(await DecodeAsync(path, 0));

    /// <summary>Down-mixing makes it quieter, so the threshold follows from the loudest sample.</summary>
    private static double Onset(short[] samples)
    {
        var loud = samples.Max(s => Math.Abs((int)s)) / 5;
        return Seconds(Array.FindIndex(samples, s => Math.Abs((int)s) > loud));
    }

    private static double Seconds(int samples) => samples / (double)PcmFormat.SampleRateHz;

    private static double Loudness(short[] samples, double fromSeconds, double toSeconds) => Math.Sqrt(samples
        .Take((int)(toSeconds * PcmFormat.SampleRateHz)).Skip((int)(fromSeconds * PcmFormat.SampleRateHz))
        .Average(s => (double)s * s));
}
