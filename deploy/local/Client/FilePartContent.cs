using System.Buffers;
using System.Net;
using Microsoft.Win32.SafeHandles;

namespace Ax2.Local.Client;

/// <summary>A stretch of a file as a request body, read while it is sent: parts in flight cost no memory.</summary>
internal sealed class FilePartContent : HttpContent
{
    private const int BufferBytes = 128 << 10;
    private readonly SafeFileHandle file;
    private readonly long offset;
    private readonly long size;

    public FilePartContent(SafeFileHandle file, long offset, long size)
    {
        (this.file, this.offset, this.size) = (file, offset, size);
        Headers.ContentType = new("application/octet-stream");
    }

    /// <summary>Hands the stretch over buffer by buffer. Throws when the file has become shorter.</summary>
    public static async Task ReadAsync(
        SafeFileHandle file,
        long offset,
        long size,
        Func<ReadOnlyMemory<byte>, ValueTask> use,
        CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var done = 0L; done < size;)
            {
                var free = buffer.AsMemory(0, (int)Math.Min(BufferBytes, size - done));
                var read = await RandomAccess.ReadAsync(file, free, offset + done, cancellationToken);
                if (read == 0)
                    throw new IOException("The file became shorter while it was sent.");
                await use(free[..read]);
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        ReadAsync(file, offset, size, bytes => stream.WriteAsync(bytes, cancellationToken), cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = size;
        return true;
    }
}
