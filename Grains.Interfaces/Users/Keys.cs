using System.Security.Cryptography;
using System.Text;

namespace Ax2.Users;

/// <summary>How an e-mail address becomes a grain key: the same person's spellings meet in one grain.</summary>
public static class EmailAddress
{
    public const int MaxLength = 254;

    /// <summary>Trimmed, NFC and lower case. Null when it is not an address that mail could reach.</summary>
    public static string? Normalize(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        var text = email.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var sound = text.Length <= MaxLength
            && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            && text.AsSpan(at + 1).Contains('.')
            && text[at + 1] != '.' && text[^1] != '.';
        return sound ? text : null;
    }

    /// <summary>
    /// <c>email-</c> and the SHA-256 of the normalised address. The prefix is not hexadecimal, so the storage provider
    /// can never take the key for a number and fold two users into one row.
    /// </summary>
    public static string GrainKey(string normalizedEmail) =>
        "email-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(normalizedEmail)));
}
