using System.Text.Json;

namespace Ax2.Media;

/// <summary>
/// Asks three times, each only when the last answer was good: what the header says, what the packets say, and whether
/// the first frame decodes. So a file whose header lies, or that was cut off, is found before anyone pays for it.
/// </summary>
internal sealed class FfmpegProbe(FfmpegRunner runner, TimeProvider time) : IMediaProbe
{
    /// <summary>Below it the tool itself thinks that it may well be mistaken; noise scores 1 as MP3.</summary>
    private const int MinProbeScore = 5;

    private readonly TimeSpan _timeout = runner.Options.ProbeTimeout;

    public async Task<ProbeAnswer> ProbeAsync(string path, CancellationToken cancellationToken)
    {
        if (MediaFaults.OfFile(path) is { } fault) return new(null, fault);
        using var limit = new CancellationTokenSource(FfmpegOptions.ForTimer(_timeout), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await Task.Run(() => ProbeWithinAsync(path, either.Token), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, MediaFaults.TooSlow(_timeout));
        }
    }

    private async Task<ProbeAnswer> ProbeWithinAsync(string path, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(runner.Ffprobe, FfmpegArguments.ReadHeader(path), cancellationToken);
        if (ReadHeader(result) is not { } header)
            return new(null, MediaFaults.OfFailedHeader(path, result));
        var audio = header.Streams!.Where(s => s.CodecType == "audio").ToArray();
        if (audio.Length == 0) return new(null, MediaFaults.NoAudio());
        // A stream whose packets do not even give its rate has no sound, or none that can be decoded.
        var usable = audio
            .Where(s => s is { SampleRate: > 0, Channels: > 0, CodecName: not (null or "unknown") }).ToArray();
        if (usable.Length == 0)
            return new(null, audio.All(s => s.CodecName is null) ? MediaFaults.Unreadable() : MediaFaults.AudioEmpty());
        return await ProbePacketsAsync(path, header, usable, cancellationToken);
    }

    /// <summary>Null when it is no media.</summary>
    private static ProbeHeader? ReadHeader(ToolResult result)
    {
        if (result.ExitCode != 0) return null;
        try
        {
            var header = ProbeHeader.Parse(result);
            return header is { Format.ProbeScore: >= MinProbeScore, Streams.Length: > 0 } ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ProbeAnswer> ProbePacketsAsync(
        string path, ProbeHeader header, ProbeStream[] audio, CancellationToken cancellationToken)
    {
        var scan = await ScanAsync(path, audio, cancellationToken);
        if (scan.IsTruncated)
            return new(null, MediaFaults.Truncated("The file is incomplete: it breaks off before its end."));
        var present = audio.Where(s => scan.HasPackets(s.Index)).ToArray();
        if (present.Length == 0 || scan.EndSeconds <= 0) return new(null, MediaFaults.AudioEmpty());
        if (MediaShape.FindMissingEnd(header, present, scan) is { } truncated) return new(null, truncated);
        var ends = await EndsAsync(path, header, present, scan, cancellationToken);
        var media = MediaShape.Describe(header, present, ends);
        var first = media.AudioStreams.FirstOrDefault(s => s.IsDefault) ?? media.AudioStreams[0];
        var frame = await runner.RunAsync(
            runner.Ffmpeg, FfmpegArguments.DecodeFirstFrame(path, first.Index), cancellationToken);
        return frame is { ExitCode: 0, Output.Length: > 0 } ? new(media, null) : new(null, MediaFaults.Unreadable());
    }

    /// <summary>
    /// When each stream ends. A scan finds the end of the longest of the streams that it reads, so one of several that
    /// has no time in its header is read alone.
    /// </summary>
    private async Task<double[]> EndsAsync(
        string path, ProbeHeader header, ProbeStream[] audio, PacketScan scan, CancellationToken cancellationToken)
    {
        if (audio is [var only]) return [Math.Max(header.EndSeconds(only) ?? 0, scan.EndSeconds)];
        var ends = new double[audio.Length];
        for (var i = 0; i < audio.Length; i++)
        {
            ends[i] = header.EndSeconds(audio[i]) is { } declared and > 0
                ? declared
                : (await ScanAsync(path, [audio[i]], cancellationToken)).EndSeconds;
        }
        return ends;
    }

    private async Task<PacketScan> ScanAsync(string path, ProbeStream[] audio, CancellationToken cancellationToken) =>
        PacketScan.Parse(await runner.RunAsync(
            runner.Ffmpeg, FfmpegArguments.ScanPackets(path, audio.Select(s => s.Index)), cancellationToken));
}
