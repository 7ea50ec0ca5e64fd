namespace Ax2.Secrets;

/// <summary>
/// Writes a file as <see cref="EncryptedChunks"/>. What was not completed cannot be read. The target stays the
/// caller's.
/// </summary>
public sealed class EncryptingStream : Stream
{
    private readonly Stream target;
    private readonly EncryptedChunks chunks;
    private readonly byte[] plain = new byte[EncryptedChunks.ChunkBytes];
    private readonly byte[] stored = new byte[EncryptedChunks.StoredBytes];
    private int filled;
    private long number = -1;

    /// <param name="name">Authenticated with the file: it can be read under this name only.</param>
    public EncryptingStream(Stream target, SecretKeys keys, string name)
    {
        this.target = target;
        chunks = EncryptedChunks.Create(keys, name);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            // A full chunk waits for the next byte: only then it is known not to be the last.
            if (filled == plain.Length) await StoreAsync(isLast: false, cancellationToken);
            var taken = Math.Min(buffer.Length, plain.Length - filled);
            buffer[..taken].CopyTo(plain.AsMemory(filled));
            filled += taken;
            buffer = buffer[taken..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes the last chunk. Nothing may follow.</summary>
    public ValueTask CompleteAsync(CancellationToken cancellationToken) => StoreAsync(isLast: true, cancellationToken);

    private async ValueTask StoreAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (++number == 0) await target.WriteAsync(chunks.Header, cancellationToken);
        await target.WriteAsync(chunks.Encrypt(number, isLast, plain.AsSpan(0, filled), stored), cancellationToken);
        filled = 0;
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) chunks.Dispose();
        base.Dispose(disposing);
    }
}
