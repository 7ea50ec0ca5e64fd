using System.Security.Cryptography;
using System.Text;

namespace Ax2.Users;

/// <summary>
/// What refreshes a session: <c>ax2r_</c>, the session's id, and a secret that changes with each use.
/// </summary>
/// <param name="Secret">The session decides whether it is valid.</param>
public sealed record RefreshToken(Guid SessionId, string Secret)
{
    private const string Prefix = "ax2r_";
    private const int IdLength = 32;
    private const int MaxLength = 200;

    /// <summary>Null when the text cannot be a refresh token.</summary>
    public static RefreshToken? Read(string? token)
    {
        var start = Prefix.Length;
        return token is { Length: <= MaxLength } && token.Length > start + IdLength + 1
            && token.StartsWith(Prefix, StringComparison.Ordinal) && token[start + IdLength] == '_'
            && Guid.TryParseExact(token.AsSpan(start, IdLength), "N", out var id)
            ? new RefreshToken(id, token[(start + IdLength + 1)..])
            : null;
    }

    public override string ToString() => $"{Prefix}{SessionId:N}_{Secret}";
}

/// <summary>What a link in a mail carries: <c>ax2m_</c>, the user's id, and a secret that is valid once.</summary>
/// <param name="Secret">The user decides whether it is valid, and for what.</param>
public sealed record MailToken(Guid UserId, string Secret)
{
    private const string Prefix = "ax2m_";
    private const int IdLength = 32;
    private const int SecretLength = 64;

    /// <summary>Null when the text cannot be one.</summary>
    public static MailToken? Read(string? token)
    {
        var start = Prefix.Length;
        return token?.Length == start + IdLength + 1 + SecretLength
            && token.StartsWith(Prefix, StringComparison.Ordinal) && token[start + IdLength] == '_'
            && Guid.TryParseExact(token.AsSpan(start, IdLength), "N", out var id)
            ? new MailToken(id, token[(start + IdLength + 1)..])
            : null;
    }

    public override string ToString() => $"{Prefix}{UserId:N}_{Secret}";
}

/// <summary>
/// A secret that is its own address: whoever has the text finds the grain, and the grain's key, a hash, gives nothing
/// away. 256 random bits.
/// </summary>
public static class SecretToken
{
    private const int Bytes = 32;

    public static string Create() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>
    /// The kind and the SHA-256 of the text. The kind is not hexadecimal, so the storage provider can never parse the
    /// key for a number and fold two into one row.
    /// </summary>
    public static string GrainKey(string kind, string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return $"{kind}-{Hash(token)}";
    }

    /// <summary>SHA-256, as what is stored instead of a secret. Lower-case hexadecimal.</summary>
    public static string Hash(string secret) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether two hashes are the same, in constant time.</summary>
    public static bool IsSame(string hash, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));
}
