using Microsoft.Win32.SafeHandles;

namespace Ax2.Secrets;

/// <summary>
/// Reads a file of <see cref="EncryptedChunks"/> at any position. Opening checks the last chunk, and with it the
/// length: a file that was cut short is never read as a shorter one.
/// </summary>
public sealed class DecryptingStream : Stream
{
    private readonly SafeFileHandle file;
    private readonly EncryptedChunks chunks;
    private readonly byte[] stored = new byte[EncryptedChunks.StoredBytes];
    private readonly byte[] plain = new byte[EncryptedChunks.ChunkBytes];
    private readonly long lastNumber;
    private readonly int lastStoredBytes;
    private long number = -1;
    private long position;

    /// <summary>
    /// Owns the file from here on, also when it throws <see cref="DecryptionException"/>.
    /// </summary>
    public DecryptingStream(SafeFileHandle file, SecretKeys keys, string name)
    {
        this.file = file;
        try
        {
            var start = new byte[WrappedKey.MaxHeaderBytes];
            chunks = EncryptedChunks.Read(keys, name, start.AsSpan(0, RandomAccess.Read(file, start, 0)));
            var body = RandomAccess.GetLength(file) - chunks.Header.Length;
            if (body < WrappedKey.TagBytes) throw DecryptionException.Damaged();
            lastNumber = (body - 1) / EncryptedChunks.StoredBytes;
            lastStoredBytes = (int)(body - lastNumber * EncryptedChunks.StoredBytes);
            Check(RandomAccess.Read(file, Stored(lastNumber).Span, OffsetOf(lastNumber)), lastNumber);
            Length = lastNumber * EncryptedChunks.ChunkBytes + Decrypt(lastNumber);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    /// <summary>False when the file is stored as it is.</summary>
    public static bool IsEncrypted(SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[4];
        return EncryptedChunks.IsEncrypted(start[..RandomAccess.Read(file, start, 0)]);
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= Length || buffer.Length == 0) return 0;
        var wanted = position / EncryptedChunks.ChunkBytes;
        if (wanted != number)
        {
            Check(RandomAccess.Read(file, Stored(wanted).Span, OffsetOf(wanted)), wanted);
            Decrypt(wanted);
        }

        return CopyTo(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= Length || buffer.Length == 0) return 0;
        var wanted = position / EncryptedChunks.ChunkBytes;
        if (wanted != number)
        {
            Check(await RandomAccess.ReadAsync(file, Stored(wanted), OffsetOf(wanted), cancellationToken), wanted);
            Decrypt(wanted);
        }

        return CopyTo(buffer.Span);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => Length,
    };

    /// <summary>What comes from the file's end on is missing: a file that shrinks while it is read.</summary>
    private void Check(int read, long chunk)
    {
        if (read != Stored(chunk).Length) throw DecryptionException.Damaged();
    }

    private int Decrypt(long chunk)
    {
        // A chunk that cannot be decrypted must not leave the one before under its number.
        number = -1;
        var length = chunks.Decrypt(chunk, chunk == lastNumber, Stored(chunk).Span, plain);
        number = chunk;
        return length;
    }

    private int CopyTo(Span<byte> buffer)
    {
        var offset = (int)(position - number * EncryptedChunks.ChunkBytes);
        var available = (int)Math.Min(EncryptedChunks.ChunkBytes - offset, Length - position);
        var copied = Math.Min(available, buffer.Length);
        plain.AsSpan(offset, copied).CopyTo(buffer);
        position += copied;
        return copied;
    }

    private Memory<byte> Stored(long chunk) =>
        stored.AsMemory(0, chunk == lastNumber ? lastStoredBytes : EncryptedChunks.StoredBytes);

    private long OffsetOf(long chunk) => chunks.Header.Length + chunk * EncryptedChunks.StoredBytes;

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            chunks?.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
