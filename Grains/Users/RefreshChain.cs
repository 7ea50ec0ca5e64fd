using System.Security.Cryptography;

namespace Ax2.Users;

/// <summary>
/// The refresh secrets of one session, one after the other. Pure. A secret is a random part and a tag over it by the
/// session's own key: so an old secret of this session can be distinguished from an invented one, and only the old one,
/// which somebody must have copied, has consequences. The next random part comes from the one before and a nonce: so the
/// same secret can be answered twice without storing its successor, and neither the store nor a secret alone gives it.
/// </summary>
public sealed record RefreshChain
{
    private const int RandomBytes = 32;
    private const int TagBytes = 16;

    public byte[] TagKey { get; init; } = [];
    public byte[] CurrentHash { get; init; } = [];
    public byte[] PreviousHash { get; init; } = [];

    /// <summary>Makes the current secret out of the previous one.</summary>
    public byte[] Nonce { get; init; } = [];
    public DateTimeOffset RotatedAt { get; init; }

    internal static (RefreshChain Chain, string Secret) Begin(DateTimeOffset now)
    {
        var chain = new RefreshChain { TagKey = RandomNumberGenerator.GetBytes(RandomBytes), RotatedAt = now };
        var random = RandomNumberGenerator.GetBytes(RandomBytes);
        return (chain with { CurrentHash = SHA256.HashData(random) }, chain.Format(random));
    }

    /// <summary>
    /// What a presented secret means, and for a valid one the chain after it with the secret to hand out.
    /// </summary>
    internal (RefreshUse Use, RefreshChain Chain, string? Secret) Present(
        string secret, DateTimeOffset now, TimeSpan grace)
    {
        if (Parse(secret) is not { } random)
        {
            return (RefreshUse.Unknown, this, null);
        }

        var hash = SHA256.HashData(random);
        if (CryptographicOperations.FixedTimeEquals(hash, CurrentHash))
        {
            var nonce = RandomNumberGenerator.GetBytes(RandomBytes);
            var next = HMACSHA256.HashData(nonce, random);
            var chain = this with
            {
                CurrentHash = SHA256.HashData(next),
                PreviousHash = hash,
                Nonce = nonce,
                RotatedAt = now,
            };
            return (RefreshUse.Rotated, chain, Format(next));
        }

        var isRepeat = CryptographicOperations.FixedTimeEquals(hash, PreviousHash) && now - RotatedAt < grace;
        return isRepeat
            ? (RefreshUse.Repeated, this, Format(HMACSHA256.HashData(Nonce, random)))
            : (RefreshUse.Reused, this, null);
    }

    private string Format(byte[] random) => Convert.ToHexStringLower([.. random, .. Tag(random)]);

    /// <summary>The random part, or null when this session never made the secret.</summary>
    private byte[]? Parse(string secret)
    {
        var bytes = new byte[RandomBytes + TagBytes];
        if (secret.Length != bytes.Length * 2
            || Convert.FromHexString(secret, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return null;
        }

        var random = bytes[..RandomBytes];
        return CryptographicOperations.FixedTimeEquals(Tag(random), bytes.AsSpan(RandomBytes)) ? random : null;
    }

    private byte[] Tag(byte[] random) => HMACSHA256.HashData(TagKey, random)[..TagBytes];
}

/// <summary>What a presented refresh secret was.</summary>
internal enum RefreshUse
{
    /// <summary>Never one of this session's.</summary>
    Unknown,

    /// <summary>The current one: used up now.</summary>
    Rotated,

    /// <summary>The one before, a moment later: the same answer again.</summary>
    Repeated,

    /// <summary>One that was used up: somebody has a copy.</summary>
    Reused,
}
