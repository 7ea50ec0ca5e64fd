using System.Security.Cryptography;
using System.Text;

namespace Ax2;

/// <summary>Ids that follow from a text, so that whoever asks again names the same thing. No table is needed.</summary>
public static class NamedId
{
    /// <summary>The start of the text's SHA-256 as a version 8 UUID.</summary>
    public static Guid Of(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
