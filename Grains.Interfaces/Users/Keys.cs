using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Users;

/// <summary>How an e-mail address becomes a grain key: the same person's spellings meet in one grain.</summary>
public static class EmailAddress
{
    public const int MaxLength = 254;

    /// <summary>They mean something in the header of a mail, and no address needs them.</summary>
    private const string HeaderSigns = "<>()[],;:\\\"";

    /// <summary>
    /// Trimmed, NFC and lower case, the domain in its readable form. Null when it is not an address that mail could
    /// reach.
    /// </summary>
    public static string? Normalize(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        var text = email.Trim().Normalize(NormalizationForm.FormC).ToLowerInvariant();
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var sound = text.Length <= MaxLength
            && at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || HeaderSigns.Contains(c))
            && text.AsSpan(at + 1).Contains('.')
            && text[at + 1] != '.' && text[^1] != '.';
        return sound ? Readable(text, at) : null;
    }

    /// <summary><c>xn--</c> names and the letters that they encode are one domain.</summary>
    private static string? Readable(string text, int at)
    {
        try
        {
            return text[..(at + 1)] + new IdnMapping().GetUnicode(text, at + 1);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// <c>email-</c> and the SHA-256 of the normalised address. The prefix is not hexadecimal, so the storage provider
    /// can never parse the key as a number and fold two users into one row.
    /// </summary>
    public static string GrainKey(string normalizedEmail) =>
        "email-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(normalizedEmail)));
}
