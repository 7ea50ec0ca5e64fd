using Ax2.TestKit.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Ax2.Media;

/// <summary>The real tools, with a temporary folder of their own, on files that it makes.</summary>
public sealed class FfmpegFixture : IDisposable
{
    private readonly FfmpegRunner _runner;

    public FfmpegFixture()
    {
        Options = new FfmpegOptions { TemporaryFolder = Maker.PathOf("runs") };
        _runner = Start(Options);
    }

    public MediaMaker Maker { get; } = new();

    public FfmpegOptions Options { get; }

    internal FfmpegRunner Runner => _runner;

    public IMediaProbe Probe => new FfmpegProbe(_runner, TimeProvider.System);

    public IAudioDecoder Decoder => new FfmpegAudioDecoder(_runner, TimeProvider.System);

    /// <summary>Nothing may be left of any run. The folder is not there before the first one.</summary>
    public string[] Leftovers() => Directory.Exists(Options.TemporaryFolder)
        ? [.. Directory.EnumerateDirectories(Options.TemporaryFolder).SelectMany(Directory.EnumerateFileSystemEntries)]
        : [];

    internal static FfmpegRunner Start(FfmpegOptions options) => new(options, NullLogger<FfmpegRunner>.Instance);

    public async Task<MediaInfo> ProbeAsync(string path)
    {
        var answer = await Probe.ProbeAsync(path, TestContext.Current.CancellationToken);
        Assert.Null(answer.Refusal);
        return answer.Media!;
    }

    public async Task<string> RefuseAsync(string path)
    {
        var answer = await Probe.ProbeAsync(path, TestContext.Current.CancellationToken);
        Assert.Null(answer.Media);
        Assert.Empty(Leftovers());
        return answer.Refusal!.Code;
    }

    /// <summary>A shell script in the place of a tool; it must still answer <c>-version</c>.</summary>
    public string Script(string name, string body)
    {
        var path = Maker.Write(name, $"#!/bin/sh\n[ \"$1\" = -version ] && exit 0\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose()
    {
        _runner.Dispose();
        Maker.Dispose();
    }
}
