using Microsoft.Win32.SafeHandles;

namespace Ax2.Secrets;

/// <summary>
/// Reads a file of <see cref="SealedChunks"/> at any position. Opening checks the last chunk, and with it the length:
/// a file that was cut short is never taken for a shorter one.
/// </summary>
public sealed class UnsealingStream : Stream
{
    private readonly SafeFileHandle file;
    private readonly SealedChunks chunks;
    private readonly byte[] stored = new byte[SealedChunks.StoredBytes];
    private readonly byte[] plain = new byte[SealedChunks.ChunkBytes];
    private readonly long lastNumber;
    private readonly int lastStoredBytes;
    private long number = -1;
    private long position;

    /// <summary>
    /// Owns the file from here on, also when it throws <see cref="SealedDataException"/>.
    /// </summary>
    public UnsealingStream(SafeFileHandle file, SecretKeys keys, string name)
    {
        this.file = file;
        try
        {
            var start = new byte[WrappedKey.MaxHeaderBytes];
            chunks = SealedChunks.Read(keys, name, start.AsSpan(0, RandomAccess.Read(file, start, 0)));
            var body = RandomAccess.GetLength(file) - chunks.Header.Length;
            if (body < WrappedKey.TagBytes) throw SealedDataException.Damaged();
            lastNumber = (body - 1) / SealedChunks.StoredBytes;
            lastStoredBytes = (int)(body - lastNumber * SealedChunks.StoredBytes);
            Check(RandomAccess.Read(file, Stored(lastNumber).Span, OffsetOf(lastNumber)), lastNumber);
            Length = lastNumber * SealedChunks.ChunkBytes + Open(lastNumber);
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

    /// <summary>Whether the file is one; if not, it is stored as it is.</summary>
    public static bool IsAt(SafeFileHandle file)
    {
        Span<byte> start = stackalloc byte[4];
        return SealedChunks.IsAt(start[..RandomAccess.Read(file, start, 0)]);
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= Length || buffer.Length == 0) return 0;
        var wanted = position / SealedChunks.ChunkBytes;
        if (wanted != number)
        {
            Check(RandomAccess.Read(file, Stored(wanted).Span, OffsetOf(wanted)), wanted);
            Open(wanted);
        }

        return Take(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= Length || buffer.Length == 0) return 0;
        var wanted = position / SealedChunks.ChunkBytes;
        if (wanted != number)
        {
            Check(await RandomAccess.ReadAsync(file, Stored(wanted), OffsetOf(wanted), cancellationToken), wanted);
            Open(wanted);
        }

        return Take(buffer.Span);
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
        if (read != Stored(chunk).Length) throw SealedDataException.Damaged();
    }

    private int Open(long chunk)
    {
        // A chunk that does not open must not leave the one before under its number.
        number = -1;
        var length = chunks.Open(chunk, chunk == lastNumber, Stored(chunk).Span, plain);
        number = chunk;
        return length;
    }

    private int Take(Span<byte> buffer)
    {
        var offset = (int)(position - number * SealedChunks.ChunkBytes);
        var there = (int)Math.Min(SealedChunks.ChunkBytes - offset, Length - position);
        var taken = Math.Min(there, buffer.Length);
        plain.AsSpan(offset, taken).CopyTo(buffer);
        position += taken;
        return taken;
    }

    private Memory<byte> Stored(long chunk) =>
        stored.AsMemory(0, chunk == lastNumber ? lastStoredBytes : SealedChunks.StoredBytes);

    private long OffsetOf(long chunk) => chunks.Header.Length + chunk * SealedChunks.StoredBytes;

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
