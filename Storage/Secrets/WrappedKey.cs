using System.Security.Cryptography;
using System.Text;

namespace Ax2.Secrets;

/// <summary>
/// A data key for one thing, used once, and the header that carries it wrapped by a key-encryption key:
/// <code>
/// format (4)  length of id (1)  id  nonce (12)  data key, AES-256-GCM under the key of that id (32)  tag (16)
/// </code>
/// Authenticated with it are the header before the nonce and the context: what the thing is and whose.
/// </summary>
/// <param name="Header">What is stored in front of the thing.</param>
/// <param name="Key">Never stored.</param>
public sealed record WrappedKey(byte[] Header, byte[] Key)
{
    internal const int NonceBytes = 12;
    internal const int TagBytes = 16;
    private const int FormatBytes = 4;
    private const int WrappedBytes = NonceBytes + SecretKeyOptions.KeyBytes + TagBytes;

    /// <summary>More than any header has.</summary>
    public const int MaxHeaderBytes = 128;

    public static WrappedKey Create(SecretKeys keys, ReadOnlySpan<byte> format, ReadOnlySpan<byte> context)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfNotEqual(format.Length, FormatBytes);
        var id = Encoding.ASCII.GetBytes(keys.CurrentId);
        byte[] start = [.. format, (byte)id.Length, .. id];
        var header = new byte[start.Length + WrappedBytes];
        start.CopyTo(header, 0);
        var nonce = header.AsSpan(start.Length, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        var key = RandomNumberGenerator.GetBytes(SecretKeyOptions.KeyBytes);
        var wrapping = keys.Find(keys.CurrentId)
            ?? throw new InvalidOperationException("There is no current key to encrypt with.");
        using var cipher = new AesGcm(wrapping, TagBytes);
        cipher.Encrypt(
            nonce, key, header.AsSpan(start.Length + NonceBytes, key.Length), header.AsSpan(^TagBytes..),
            [.. start, .. context]);
        return new WrappedKey(header, key);
    }

    public static bool HasFormat(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> format) => stored.StartsWith(format);

    /// <summary>
    /// Reads the header at the start of what was stored. Throws <see cref="DecryptionException"/> when it is damaged,
    /// belongs elsewhere, or its key is not known.
    /// </summary>
    public static WrappedKey Read(
        SecretKeys keys, ReadOnlySpan<byte> format, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> context)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!HasFormat(stored, format) || stored.Length <= FormatBytes) throw DecryptionException.Damaged();
        var start = FormatBytes + 1 + stored[FormatBytes];
        if (stored.Length < start + WrappedBytes) throw DecryptionException.Damaged();
        var header = stored[..(start + WrappedBytes)];
        var id = Encoding.ASCII.GetString(header[(FormatBytes + 1)..start]);
        var wrapping = keys.Find(id) ?? throw DecryptionException.UnknownKey(id);
        var key = new byte[SecretKeyOptions.KeyBytes];
        using var cipher = new AesGcm(wrapping, TagBytes);
        DecryptionException.Decrypt(
            cipher, header.Slice(start, NonceBytes), header.Slice(start + NonceBytes, key.Length), header[^TagBytes..],
            key, [.. header[..start], .. context]);
        return new WrappedKey(header.ToArray(), key);
    }
}
