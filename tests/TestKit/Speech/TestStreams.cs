namespace Ax2.TestKit.Speech;

/// <summary>Gives the same bytes again and again, up to a length, forward only.</summary>
public sealed class LoopingStream(byte[] content, long length, int mostPerRead = int.MaxValue) : ReadOnlyStream
{
    private long _read;

    public long BytesRead => Volatile.Read(ref _read);

    public long FailAfterBytes { get; init; } = long.MaxValue;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (_read >= FailAfterBytes)
        {
            throw new InvalidDataException("truncated");
        }
        var from = (int)(_read % content.Length);
        var wanted = Math.Min(buffer.Length, mostPerRead);
        var count = (int)Math.Min(Math.Min(wanted, content.Length - from), length - _read);
        content.AsSpan(from, count).CopyTo(buffer.Span);
        Volatile.Write(ref _read, _read + count);
        return count;
    }
}

/// <summary>Never answers, and does not heed the token.</summary>
public sealed class HangingStream : ReadOnlyStream
{
    private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reading => _reading.Task;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _reading.TrySetResult();
        return new ValueTask<int>(new TaskCompletionSource<int>().Task);
    }
}

/// <summary>Can only be read, forward, and tells by <see cref="CanRead"/> whether it was disposed.</summary>
public abstract class ReadOnlyStream : Stream
{
    private bool _isDisposed;

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        base.Dispose(disposing);
    }
}
