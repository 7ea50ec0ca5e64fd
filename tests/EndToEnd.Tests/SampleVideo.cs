using Ax2.TestKit;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests;

/// <summary>Real videos made from the recordings in <c>tests/samples</c>.</summary>
internal static class SampleVideo
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>All three recordings, one after the other.</summary>
    internal static string Words => string.Join(' ', SpeechSample.All.Select(sample => sample.Words));

    /// <summary>A video with all three recordings, <paramref name="times"/> times over.</summary>
    internal static async Task<string> Make(string folder, string name = "talk.mp4", int times = 1)
    {
        var path = Path.Combine(folder, name);
        var list = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(name)}.list");
        await File.WriteAllLinesAsync(list, Enumerable.Repeat(SpeechSample.All, times).SelectMany(all => all)
            .Select(sample => $"file '{sample.Path}'"));
        await Ffmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=640x360:r=10", "-f", "concat", "-safe", "0", "-i", list,
            "-map", "0:v", "-map", "1:a", "-shortest", "-c:v", "libx264", "-preset", "ultrafast",
            "-pix_fmt", "yuv420p", "-c:a", "aac", path);
        return path;
    }

    internal static async Task Ffmpeg(params string[] arguments)
    {
        var run = await Command.Run("ffmpeg", ["-v", "error", "-y", .. arguments], Timeout);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    /// <summary>What a SubRip file says, without its numbers and times.</summary>
    internal static string TextOf(string subRip) => string.Join(' ', subRip.Split('\n')
        .Select(line => line.Trim())
        .Where(line => line.Length > 0 && !line.All(char.IsDigit) && !line.Contains("-->", StringComparison.Ordinal)));
}
