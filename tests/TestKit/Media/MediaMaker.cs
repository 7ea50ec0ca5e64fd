using System.Diagnostics;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.TestKit.Media;

/// <summary>Makes media files with ffmpeg, in a folder of its own that goes when it is disposed of.</summary>
public sealed class MediaMaker : IDisposable
{
    public MediaMaker()
    {
        if (!OnPath("ffmpeg")) MissingTool.SkipOrFail("ffmpeg", "apt-get install ffmpeg, or brew install ffmpeg");
        Folder = Directory.CreateTempSubdirectory("ax2-made-").FullName;
    }

    public string Folder { get; }

    /// <summary>7.1 s of speech, 16 kHz mono.</summary>
    public static string Speech { get; } = SpeechSample.All[0].Path;

    public const double SpeechSeconds = 7.1;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    /// <summary>Runs ffmpeg with these arguments and the file as its output.</summary>
    public string Make(string name, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo("ffmpeg") { RedirectStandardError = true, WorkingDirectory = Folder };
        string[] all = ["-nostdin", "-v", "error", "-y", .. arguments, "file:" + PathOf(name)];
        foreach (var argument in all) info.ArgumentList.Add(argument);
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? PathOf(name) : throw new InvalidOperationException(errors);
    }

    /// <summary>The speech on a test picture of 320 by 240, or what <paramref name="more"/> makes of it.</summary>
    public string Video(string name, params IEnumerable<string> more) => Make(name,
        ["-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=7.5", "-i", Speech, "-pix_fmt", "yuv420p", .. more]);

    /// <summary>The speech alone, as the name's ending and <paramref name="more"/> say.</summary>
    public string Audio(string name, params IEnumerable<string> more) => Make(name, ["-i", Speech, .. more]);

    /// <summary>The first part of a file, as an upload or a recording that broke off leaves it.</summary>
    public string Cut(string path, double share = 0.5)
    {
        var bytes = File.ReadAllBytes(path);
        var cut = PathOf("cut-" + Path.GetFileName(path));
        File.WriteAllBytes(cut, bytes[..(int)(bytes.Length * share)]);
        return cut;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static bool OnPath(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));
}

/// <summary>A tool that the tests need and this machine lacks: on a laptop a reason to skip, in CI a failure.</summary>
public static class MissingTool
{
    public static void SkipOrFail(string tool, string install)
    {
        var message = $"{tool} is not on the PATH. Install it: {install}.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(message);
        Assert.Skip(message);
    }
}
