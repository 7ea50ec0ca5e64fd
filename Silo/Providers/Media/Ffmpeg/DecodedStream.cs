namespace Ax2.Media;

/// <summary>
/// The decoder's output as it comes; a pipe stands between, so the decoder waits for its reader and neither holds more
/// than a buffer. One reader at a time.
/// </summary>
internal sealed class DecodedStream(
    FfmpegRunner runner, TimeProvider time, string path, int streamIndex, CancellationToken lifetime) : Stream
{
    private readonly FfmpegOptions _options = runner.Options;
    // Off the caller's scheduler, so that the synchronous members may wait for it there.
    private readonly Task<FfmpegRun> _starting = Task.Run(() => runner.StartAsync(
        runner.Ffmpeg, FfmpegArguments.Decode(path, streamIndex, runner.Options.MaxDecodeErrorRate)));

    private long _readBytes;
    private bool _isOver;
    private MediaException? _failure;
    private Task? _disposal;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _readBytes;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposal is not null, this);
        if (_failure is not null) throw _failure;
        if (_isOver || buffer.Length == 0) return 0;
        var run = await _starting;
        var read = await ReadAsync(run, buffer, cancellationToken);
        if (read == 0) await EndAsync(run);
        _readBytes += read;
        if (_options.MaxOutputBytes > 0 && _readBytes > _options.MaxOutputBytes)
            throw Fail(run, new(MediaRefusals.MediaTooLong, "The audio is longer than the service decodes."));
        return read;
    }

    /// <summary>
    /// Waits for the decoder, but not forever. A kill ends the read, so the caller's buffer is never written to after
    /// this returns.
    /// </summary>
    private async Task<int> ReadAsync(FfmpegRun run, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(FfmpegOptions.ForTimer(_options.DecodeStallTimeout), time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken, lifetime);
        int read;
        await using (any.Token.Register(run.Kill))
            read = await run.Output.ReadAsync(buffer, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        lifetime.ThrowIfCancellationRequested();
        if (stall.IsCancellationRequested)
            throw Fail(run, new(MediaRefusals.MediaUnreadable, "The decoder stopped answering."));
        return read;
    }

    private async Task EndAsync(FfmpegRun run)
    {
        _isOver = true;
        var (exitCode, errors) = await run.EndAsync();
        if (MediaFaults.IsTruncated(errors))
            throw Fail(run, new(MediaRefusals.MediaTruncated, "The file ends before its audio does."));
        if (exitCode != 0)
            throw Fail(run, new(
                MediaRefusals.MediaUnreadable, $"Decoding failed (exit code {exitCode}): {Last(errors)}"));
        if (_readBytes == 0)
            throw Fail(run, new(MediaRefusals.AudioEmpty, "The audio stream holds no sound."));
    }

    private MediaException Fail(FfmpegRun run, MediaException failure)
    {
        run.Kill();
        return _failure = failure;
    }

    /// <summary>The end of what the decoder complained of, without the file's own path.</summary>
    private string Last(string errors)
    {
        const int maxChars = 300;
        var text = errors.Replace(Path.GetFullPath(path), "the file", StringComparison.Ordinal).Trim();
        return text.Length <= maxChars ? text : text[^maxChars..];
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        Task.Run(() => ReadAsync(buffer.AsMemory(offset, count)).AsTask()).GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        await (_disposal ??= Task.Run(DisposeRunAsync));
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) (_disposal ??= Task.Run(DisposeRunAsync)).GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    private async Task DisposeRunAsync()
    {
        try
        {
            await (await _starting).DisposeAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception
            or IOException or StorageFaultException)
        {
            // It never started: the reader got the fault.
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
