using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Secrets;

/// <summary>
/// A file in chunks of 64 KiB, each AES-256-GCM under the file's own data key, after the header of its
/// <see cref="WrappedKey"/> (the STREAM construction):
/// <code>
/// header  { text (65536; the last one shorter), tag (16) } once or more
/// </code>
/// The nonce is the number of the chunk and whether it is the last, so that chunks that were dropped, repeated, put in
/// another order or cut off are refused, and so is a file under another name. Ranges are read chunk by chunk.
/// </summary>
internal sealed class EncryptedChunks : IDisposable
{
    public const int ChunkBytes = 64 * 1024;
    public const int StoredBytes = ChunkBytes + WrappedKey.TagBytes;

    private readonly AesGcm cipher;

    private EncryptedChunks(WrappedKey key)
    {
        Header = key.Header;
        cipher = new AesGcm(key.Key, WrappedKey.TagBytes);
        CryptographicOperations.ZeroMemory(key.Key);
    }

    public byte[] Header { get; }

    private static ReadOnlySpan<byte> Format => "AX2F"u8;

    public static bool IsEncrypted(ReadOnlySpan<byte> start) => WrappedKey.HasFormat(start, Format);

    public static EncryptedChunks Create(SecretKeys keys, string name) =>
        new(WrappedKey.Create(keys, Format, Encoding.UTF8.GetBytes(name)));

    /// <param name="start">The first <see cref="WrappedKey.MaxHeaderBytes"/> of the file, or all of it.</param>
    public static EncryptedChunks Read(SecretKeys keys, string name, ReadOnlySpan<byte> start) =>
        new(WrappedKey.Read(keys, Format, start, Encoding.UTF8.GetBytes(name)));

    /// <summary>Answers the stored bytes of one chunk, a part of <paramref name="stored"/>.</summary>
    public Memory<byte> Encrypt(long number, bool isLast, ReadOnlySpan<byte> plain, Memory<byte> stored)
    {
        var chunk = stored[..(plain.Length + WrappedKey.TagBytes)];
        cipher.Encrypt(Nonce(number, isLast), plain, chunk.Span[..plain.Length], chunk.Span[plain.Length..]);
        return chunk;
    }

    /// <summary>Answers how many bytes there are in <paramref name="plain"/>.</summary>
    public int Decrypt(long number, bool isLast, ReadOnlySpan<byte> stored, Span<byte> plain)
    {
        var length = stored.Length - WrappedKey.TagBytes;
        if (length < 0) throw DecryptionException.Damaged();
        DecryptionException.Decrypt(
            cipher, Nonce(number, isLast), stored[..length], stored[length..], plain[..length], []);
        return length;
    }

    private static byte[] Nonce(long number, bool isLast)
    {
        var nonce = new byte[WrappedKey.NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, number);
        nonce[8] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }

    public void Dispose() => cipher.Dispose();
}
