namespace Ax2.Media;

/// <summary>Section <c>Media:Ffmpeg</c>. A limit of zero is no limit.</summary>
public sealed class FfmpegOptions
{
    public const string Section = "Media:Ffmpeg";

    /// <summary>An absolute path, or a name that is looked up on the PATH. Default: <c>ffmpeg</c>.</summary>
    public string FfmpegPath { get; set; } = "ffmpeg";

    /// <summary>An absolute path, or a name that is looked up on the PATH. Default: <c>ffprobe</c>.</summary>
    public string FfprobePath { get; set; } = "ffprobe";

    /// <summary>
    /// Where each run has its own folder. Default: <c>ax2-media</c> in the system's temporary folder.
    /// </summary>
    public string TemporaryFolder { get; set; } = Path.Combine(Path.GetTempPath(), "ax2-media");

    /// <summary>How long probing one file may take. Default: 30 s. Zero: no limit.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long one read may wait for the decoder. A slow reader does not count. Default: 60 s. Zero: no limit.
    /// </summary>
    public TimeSpan DecodeStallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Processor time of one run, in whole seconds: a run that waits for a slow reader does not use it up.
    /// Default: 1 h, where 10 h of audio take about 2 minutes. Zero: no limit.
    /// </summary>
    public TimeSpan MaxDecodeTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Address space of one run; its libraries alone take about 250 MB. Default: 1 GiB. Zero: no limit.
    /// Not kept by macOS.
    /// </summary>
    public long MaxMemoryBytes { get; set; } = 1L << 30;

    /// <summary>Decoded bytes of one run. Default: 12 h of audio. Zero: no limit.</summary>
    public long MaxOutputBytes { get; set; } = 12L * 3_600_000 * Captions.Speech.PcmFormat.BytesPerMs;

    /// <summary>
    /// The part of the frames that may fail to decode, from 0 (none) to 1 (all). Some damage is normal in broadcast
    /// recordings. Default: 0.05.
    /// </summary>
    public double MaxDecodeErrorRate { get; set; } = 0.05;

    /// <summary>What is wrong with these options, as one sentence for the operator, or null.</summary>
    internal string? FindFault()
    {
        if (FindTool(FfmpegPath) is null) return Missing("ffmpeg", FfmpegPath, nameof(FfmpegPath));
        if (FindTool(FfprobePath) is null) return Missing("ffprobe", FfprobePath, nameof(FfprobePath));
        if (!Path.IsPathFullyQualified(TemporaryFolder)) return $"{Section}:TemporaryFolder must be an absolute path.";
        if (ProbeTimeout < TimeSpan.Zero || DecodeStallTimeout < TimeSpan.Zero || MaxDecodeTime < TimeSpan.Zero
            || MaxMemoryBytes < 0 || MaxOutputBytes < 0)
            return $"{Section}: a limit cannot be negative; zero is no limit.";
        return MaxDecodeErrorRate is >= 0 and <= 1 ? null : $"{Section}:MaxDecodeErrorRate must be from 0 to 1.";
    }

    /// <summary>A limit as timers take it: for them zero is now, and no limit has its own value.</summary>
    internal static TimeSpan ForTimer(TimeSpan limit) => limit > TimeSpan.Zero ? limit : Timeout.InfiniteTimeSpan;

    /// <summary>The absolute path of a tool, or null when there is none.</summary>
    internal static string? FindTool(string nameOrPath) =>
        nameOrPath is "" ? null
        : Path.IsPathFullyQualified(nameOrPath) ? (File.Exists(nameOrPath) ? nameOrPath : null)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, nameOrPath))
            .FirstOrDefault(File.Exists);

    private static string Missing(string tool, string path, string option) =>
        $"{tool} is needed to read media and was not found ('{path}'). Install it with 'apt-get install ffmpeg' or "
        + $"'brew install ffmpeg', or name it in {Section}:{option}.";
}
