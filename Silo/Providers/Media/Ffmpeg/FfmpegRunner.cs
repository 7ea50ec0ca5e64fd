using System.Text;

namespace Ax2.Media;

/// <summary>Runs ffmpeg and ffprobe, confined.</summary>
internal sealed partial class FfmpegRunner(FfmpegOptions options, ILogger<FfmpegRunner> log) : IDisposable
{
    private const int MaxTextBytes = 4 * 1024 * 1024;
    private const int CopyBufferBytes = 64 * 1024;

    private readonly ProcessLauncher _launcher = new();
    private readonly Lock _gate = new();
    private Task<(RunFolders Folders, Confinement Confinement)>? _ready;

    public FfmpegOptions Options { get; } = options;

    public string Ffmpeg { get; } = FfmpegOptions.FindTool(options.FfmpegPath) ?? options.FfmpegPath;

    public string Ffprobe { get; } = FfmpegOptions.FindTool(options.FfprobePath) ?? options.FfprobePath;

    /// <summary>Throws <see cref="RefusedStartException"/> when the tools do not run.</summary>
    public Task OpenAsync() => ReadyAsync();

    public async Task<FfmpegRun> StartAsync(string tool, IEnumerable<string> arguments)
    {
        var (folders, confinement) = await ReadyAsync();
        try
        {
            return await StartAsync(folders, confinement, tool, arguments);
        }
        catch (IOException e) when (DiskObjectFile.IsDiskFull(e))
        {
            throw new StorageFaultException(
                MediaRefusals.StorageFull,
                $"The disk of {FfmpegOptions.Section}:TemporaryFolder is full: free some space.");
        }
    }

    /// <summary>Runs a tool to its end; what it prints is kept to a few megabytes.</summary>
    public async Task<ToolResult> RunAsync(
        string tool, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        await using var run = await StartAsync(tool, arguments);
        return await FinishAsync(run, cancellationToken);
    }

    public void Dispose()
    {
        if (_ready is { IsCompletedSuccessfully: true } ready) ready.Result.Folders.Dispose();
        _launcher.Dispose();
    }

    private Task<(RunFolders Folders, Confinement Confinement)> ReadyAsync()
    {
        lock (_gate) return _ready ??= Task.Run(PrepareAsync);
    }

    private async Task<(RunFolders, Confinement)> PrepareAsync()
    {
        var folders = new RunFolders(Options.TemporaryFolder);
        var failure = "";
        foreach (var confinement in Confinement.Candidates)
        {
            failure = await TryAsync(folders, confinement, Ffmpeg) + await TryAsync(folders, confinement, Ffprobe);
            if (failure is not "") continue;
            LogConfinement(confinement.Name);
            return (folders, confinement);
        }
        folders.Dispose();
        throw new RefusedStartException(
            $"{Ffmpeg} or {Ffprobe} does not run within {FfmpegOptions.Section}:MaxMemoryBytes: {failure}");
    }

    private async Task<string> TryAsync(RunFolders folders, Confinement confinement, string tool)
    {
        await using var run = await StartAsync(folders, confinement, tool, ["-version"]);
        var result = await FinishAsync(run, CancellationToken.None);
        return result.ExitCode == 0 ? "" : $"{result.Errors.Trim()} (exit code {result.ExitCode})";
    }

    private async Task<FfmpegRun> StartAsync(
        RunFolders folders, Confinement confinement, string tool, IEnumerable<string> arguments)
    {
        var folder = folders.Create();
        try
        {
            return new FfmpegRun(
                await _launcher.StartAsync(confinement.Command(folder, Options, tool, arguments)), folder);
        }
        catch
        {
            RunFolders.Remove(folder);
            throw;
        }
    }

    private static async Task<ToolResult> FinishAsync(FfmpegRun run, CancellationToken cancellationToken)
    {
        await using var killing = cancellationToken.Register(run.Kill);
        using var output = new MemoryStream();
        var buffer = new byte[CopyBufferBytes];
        while (await run.Output.ReadAsync(buffer, CancellationToken.None) is > 0 and var read)
        {
            if (output.Length + read > MaxTextBytes) run.Kill();
            else output.Write(buffer, 0, read);
        }
        var (exitCode, errors) = await run.EndAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return new ToolResult(exitCode, Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length), errors);
    }

    [LoggerMessage(3001, LogLevel.Information, "Media tools run confined: {Confinement}.")]
    private partial void LogConfinement(string confinement);
}

internal sealed record ToolResult(int ExitCode, string Output, string Errors);
