using System.Diagnostics;
using Ax2.Benchmarks.Speech;
using Ax2.Local;
using Ax2.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ax2.Benchmarks.Job;

/// <summary>Real videos: a small moving picture, and talk as cameras store it (AAC, 48 kHz, stereo).</summary>
internal static class BenchVideo
{
    public static async Task<FileInfo> MakeAsync(string folder, int minutes, CancellationToken cancellationToken)
    {
        var sound = Path.Combine(folder, "sound.pcm");
        await File.WriteAllBytesAsync(sound, VariedSpeech.Make(minutes).ToPcm(), cancellationToken);
        var video = Path.Combine(folder, $"talk-{minutes}.mp4");
        await FfmpegAsync(cancellationToken,
            "-f", "lavfi", "-i", "testsrc2=s=320x180:r=10", "-f", "s16le", "-ar", "16000", "-ac", "1", "-i", sound,
            "-shortest", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
            "-c:a", "aac", "-ar", "48000", "-ac", "2", video);
        File.Delete(sound);
        return new FileInfo(video);
    }

    /// <summary>The same video several times over, without encoding it anew.</summary>
    public static async Task<FileInfo> RepeatAsync(FileInfo video, int times, CancellationToken cancellationToken)
    {
        var list = Path.ChangeExtension(video.FullName, ".list");
        await File.WriteAllLinesAsync(list, Enumerable.Repeat($"file '{video.FullName}'", times), cancellationToken);
        var repeated = Path.Combine(video.DirectoryName!, $"{times}-times-{video.Name}");
        await FfmpegAsync(cancellationToken, "-f", "concat", "-safe", "0", "-i", list, "-c", "copy", repeated);
        return new FileInfo(repeated);
    }

    /// <summary>The video's sound as the engine gets it in the product.</summary>
    public static async Task<byte[]> DecodeAsync(FileInfo video, CancellationToken cancellationToken)
    {
        const int soundStream = 1;
        var options = new FfmpegOptions { TemporaryFolder = Path.Combine(video.DirectoryName!, "decode") };
        using var runner = new FfmpegRunner(options, NullLogger<FfmpegRunner>.Instance);
        var decoder = new FfmpegAudioDecoder(runner, TimeProvider.System);
        await using var pcm = decoder.Open(video.FullName, soundStream, cancellationToken);
        using var samples = new MemoryStream();
        await pcm.CopyToAsync(samples, cancellationToken);
        return samples.ToArray();
    }

    private static async Task FfmpegAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]);
        using var ffmpeg = Process.Start(start) ?? throw new SetupException("Could not start ffmpeg.");
        try
        {
            await ffmpeg.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!ffmpeg.HasExited)
                ffmpeg.Kill();
        }
        if (ffmpeg.ExitCode != 0)
            throw new SetupException($"ffmpeg ended with {ffmpeg.ExitCode}.");
    }
}
