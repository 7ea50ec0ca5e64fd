using System.Security.Cryptography;
using System.Text;

namespace Ax2.Secrets;

/// <summary>
/// One stored state, encrypted: the header of its <see cref="WrappedKey"/>, then
/// <code>
/// nonce (12)  tag (16)  JSON, AES-256-GCM under the data key
/// </code>
/// Authenticated with it are that header, the state's name and the grain's key: a row that is copied to another grain
/// or state does not open. The grain's class is not part of it, because rows outlive class names.
/// </summary>
internal static class StateEnvelope
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>No JSON begins like this. The last character is the version.</summary>
    private static ReadOnlySpan<byte> Format => "AX21"u8;

    public static bool IsEncrypted(ReadOnlySpan<byte> stored) => WrappedKey.HasFormat(stored, Format);

    public static byte[] Encrypt(SecretKeys keys, ReadOnlySpan<byte> json, string stateName, string grainKey)
    {
        var context = Context(stateName, grainKey);
        var (header, key) = WrappedKey.Create(keys, Format, context);
        var envelope = new byte[header.Length + NonceBytes + TagBytes + json.Length];
        header.CopyTo(envelope, 0);
        var body = envelope.AsSpan(header.Length);
        RandomNumberGenerator.Fill(body[..NonceBytes]);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(
            body[..NonceBytes], json, body[(NonceBytes + TagBytes)..], body.Slice(NonceBytes, TagBytes),
            [.. header, .. context]);
        CryptographicOperations.ZeroMemory(key);
        return envelope;
    }

    /// <summary>Throws <see cref="DecryptionException"/>.</summary>
    public static byte[] Decrypt(SecretKeys keys, ReadOnlySpan<byte> envelope, string stateName, string grainKey)
    {
        var context = Context(stateName, grainKey);
        var (header, key) = WrappedKey.Read(keys, Format, envelope, context);
        var body = envelope[header.Length..];
        if (body.Length < NonceBytes + TagBytes) throw DecryptionException.Damaged();
        var json = new byte[body.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key, TagBytes);
        DecryptionException.Decrypt(
            cipher, body[..NonceBytes], body[(NonceBytes + TagBytes)..], body.Slice(NonceBytes, TagBytes), json,
            [.. header, .. context]);
        CryptographicOperations.ZeroMemory(key);
        return json;
    }

    /// <summary>A state's name is ours and holds no line break, so no two pairs have the same text.</summary>
    private static byte[] Context(string stateName, string grainKey) =>
        Encoding.UTF8.GetBytes($"{stateName}\n{grainKey}");
}
