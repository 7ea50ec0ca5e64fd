using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Users;

/// <summary>Time-based one-time passwords (RFC 6238 over RFC 4226): six digits, HMAC-SHA1, every 30 s. Pure.</summary>
internal static class Totp
{
    internal const int KeyBytes = 20;
    private const int Digits = 6;
    private const int StepSeconds = 30;
    private const string Base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    internal static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    internal static string Code(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        // SHA-1 is what authenticator apps reckon with; an HMAC does not need it to be free of collisions.
#pragma warning disable CA5350
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0x0f)) & int.MaxValue;
        return (number % 1_000_000).ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');
    }

    /// <summary>
    /// The step that the code is of: now, or one before or after, for clocks that differ. Null when it is of none, or
    /// of one up to <paramref name="lastUsed"/>: a code is good once.
    /// </summary>
    internal static long? Match(byte[] key, string code, DateTimeOffset now, long lastUsed)
    {
        long? match = null;
        for (var step = StepAt(now) - 1; step <= StepAt(now) + 1; step++)
        {
            // Every step is looked at, whatever came of the one before.
            var isEqual = CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(Code(key, step)), Encoding.UTF8.GetBytes(code));
            match = isEqual && step > lastUsed ? step : match;
        }

        return match;
    }

    internal static string Uri(byte[] key, string issuer, string account) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}"
        + $"?secret={Base32(key)}&issuer={System.Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}"
        + $"&period={StepSeconds}";

    /// <summary>RFC 4648 without padding.</summary>
    internal static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (buffer, bits) = (0, 0);
        foreach (var value in bytes)
        {
            (buffer, bits) = ((buffer << 8) | value, bits + 8);
            while (bits >= 5)
            {
                bits -= 5;
                text.Append(Base32Alphabet[(buffer >> bits) & 31]);
            }

            buffer &= (1 << bits) - 1;
        }

        return bits == 0 ? text.ToString() : text.Append(Base32Alphabet[(buffer << (5 - bits)) & 31]).ToString();
    }
}
