using OtpNet;

namespace Ax2.Users;

/// <summary>
/// Time-based one-time passwords (RFC 6238) as authenticator apps expect them by default: six digits, HMAC-SHA1, every
/// 30 s. A code is good once. Pure.
/// </summary>
internal static class Totp
{
    internal const int KeyBytes = 20;

    /// <summary>One step before and after: clocks differ.</summary>
    private static readonly VerificationWindow _window = new(previous: 1, future: 1);

    /// <summary>
    /// The step that the code is of. Null when it is of none in the window, or of one up to
    /// <paramref name="lastUsed"/>.
    /// </summary>
    internal static long? Match(byte[] key, string code, DateTimeOffset now, long lastUsed) =>
        new OtpNet.Totp(key).VerifyTotp(now.UtcDateTime, code, out var step, _window) && step > lastUsed ? step : null;

    internal static string Base32(byte[] key) => Base32Encoding.ToString(key);

    internal static string Uri(byte[] key, string issuer, string account) =>
        new OtpUri(OtpType.Totp, key, account, issuer).ToString();
}
