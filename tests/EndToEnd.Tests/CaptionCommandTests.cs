using System.Text.RegularExpressions;
using Ax2.TestKit.Speech;
using Xunit;

namespace Ax2.Tests;

/// <summary>The main job as its user sees it: a video goes in, captions come out.</summary>
public sealed class CaptionCommandTests(Stack stack) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("ax2-caption-").FullName;

    [Fact]
    public async Task Caption_RealSpeech_WritesTheWordsThatAreSpoken()
    {
        var video = await SampleVideo.Make(_folder);

        var run = await stack.Ax2(Timeout, "caption", video);

        Assert.True(run.ExitCode == 0, run.Error);
        var subRip = await File.ReadAllTextAsync(Path.Combine(_folder, "talk.en.srt"));
        var rate = WordErrorRate.Of(SampleVideo.Words, SampleVideo.TextOf(subRip));
        Assert.True(rate <= 0.05, $"word error rate {rate:0.000}:\n{subRip}");
        var webVtt = await File.ReadAllTextAsync(Path.Combine(_folder, "talk.en.vtt"));
        Assert.StartsWith("WEBVTT", webVtt, StringComparison.Ordinal);
        Assert.Matches(@"\d+ cues, 15\.\d s of audio, [\d.]+ s wall time, 3 credits charged", run.Output);
        Assert.Matches($@"{Regex.Escape(stack.Origin.ToString())}jobs/[0-9a-f-]{{36}}", run.Output);
    }

    [Fact]
    public async Task Caption_IntoAFolder_OddName_KeepsTheName()
    {
        var video = await SampleVideo.Make(_folder);
        var odd = Path.Combine(_folder, "it's a \"talk\" — 강연 (1).mp4");
        File.Move(video, odd);
        var output = Path.Combine(_folder, "out", "deep");

        var run = await stack.Ax2(Timeout, "caption", odd, "-o", output);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(File.Exists(Path.Combine(output, "it's a \"talk\" — 강연 (1).en.srt")));
        Assert.True(File.Exists(Path.Combine(output, "it's a \"talk\" — 강연 (1).en.vtt")));
    }

    [Fact]
    public async Task Caption_NoMedia_FailsWithOneLineThatSaysWhy()
    {
        var text = Path.Combine(_folder, "notes.mp4");
        await File.WriteAllTextAsync(text, "these are notes and not a film");

        var run = await stack.Ax2(Timeout, "caption", text);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("not_media", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Trim().Split('\n'), line => line.Contains("notes.mp4", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_folder, "*.srt"));
    }

    [Fact]
    public async Task Status_OfARunningStack_HasALineForEveryPart()
    {
        var run = await stack.Ax2(Timeout, "status");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        foreach (var part in new[] { "postgres", "silo 0", "silo 1", "api", "ffmpeg", "models" })
        {
            Assert.Contains(part, run.Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
