using System.Buffers.Text;
using System.Security.Cryptography;

namespace Ax2.Users;

/// <summary>
/// Which signing keys there are at a time, oldest first, and which of them signs. Pure but for the making of a key.
/// Stored as JSON; replaced, never changed in place.
/// </summary>
[Confidential]
public sealed record KeyRing
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;
    public IReadOnlyList<SigningKey> Keys { get; init; } = [];

    /// <summary>The same ring when nothing is due, so that the caller knows what to store.</summary>
    internal KeyRing At(DateTimeOffset now, TokenOptions options)
    {
        var keys = Keys.Where((_, i) => i == Keys.Count - 1 || now < Keys[i + 1].SignsFrom + KeptFor(options)).ToList();
        if (keys.Count == 0)
        {
            keys.Add(SigningKey.Create(now));
        }
        else if (now >= keys[^1].SignsFrom + options.KeyLifetime - options.PublishAhead)
        {
            var due = keys[^1].SignsFrom + options.KeyLifetime;
            var soonest = now + options.PublishAhead;
            keys.Add(SigningKey.Create(due > soonest ? due : soonest));
        }

        return keys.SequenceEqual(Keys) ? this : this with { Keys = keys };
    }

    /// <summary>Never none: a clock may be behind that of the silo which made the first key.</summary>
    internal SigningKey SignerAt(DateTimeOffset now) => Keys.LastOrDefault(key => key.SignsFrom <= now) ?? Keys[0];

    /// <summary>The last token of a key lives on for its life, and clocks differ.</summary>
    private static TimeSpan KeptFor(TokenOptions options) => options.AccessLifetime + TimeSpan.FromMinutes(5);
}

/// <param name="PrivateKey">PKCS #8. It never leaves the silos.</param>
/// <param name="SignsFrom">Until the next key's.</param>
public sealed record SigningKey(string Id, byte[] PrivateKey, DateTimeOffset SignsFrom)
{
    private const int IdBytes = 8;

    internal static SigningKey Create(DateTimeOffset signsFrom)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        return new SigningKey(id, key.ExportPkcs8PrivateKey(), signsFrom);
    }

    internal ECDsa Open()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(PrivateKey, out _);
        return key;
    }

    internal PublicKey ToPublicKey()
    {
        using var key = Open();
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new PublicKey(Id, Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
    }
}
