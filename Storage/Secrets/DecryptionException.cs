using System.Security.Cryptography;

namespace Ax2.Secrets;

/// <summary>
/// Encrypted data that cannot be decrypted. Nothing of it is in the message, and nothing of it was given out.
/// </summary>
public sealed class DecryptionException : Exception
{
    private DecryptionException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    public static DecryptionException Damaged(Exception? inner = null) => new(
        "The encrypted data is damaged, was moved here from elsewhere, or its key is another one of the same id.",
        inner);

    /// <summary>An id from a damaged header is no text to show.</summary>
    internal static DecryptionException UnknownKey(string id) => new(
        "No key is configured under the id that the data is encrypted under"
        + (id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? $" ('{id}')." : "."));

    /// <summary>Decrypts, or throws <see cref="Damaged"/>.</summary>
    public static void Decrypt(
        AesGcm cipher,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plain,
        ReadOnlySpan<byte> context)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        try
        {
            cipher.Decrypt(nonce, ciphertext, tag, plain, context);
        }
        catch (AuthenticationTagMismatchException forged)
        {
            throw Damaged(forged);
        }
    }
}
