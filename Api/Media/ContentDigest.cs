namespace Ax2.Media;

/// <summary>The <c>Content-Digest</c> header (RFC 9530): a list of <c>algorithm=:base64:</c>.</summary>
internal static class ContentDigest
{
    private const string Prefix = "sha-256=";
    private const int Sha256Bytes = 32;

    /// <summary>
    /// False when the header is there and holds no valid SHA-256. Other algorithms beside it are ignored.
    /// </summary>
    /// <param name="sha256">Null when the header is absent.</param>
    public static bool TryRead(IHeaderDictionary headers, out byte[]? sha256)
    {
        sha256 = null;
        if (!headers.TryGetValue("Content-Digest", out var values)) return true;
        var given = values.SelectMany(v => (v ?? "").Split(','))
            .Select(v => v.Trim())
            .Where(v => v.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(v => v[Prefix.Length..])
            .ToArray();
        return given is [[':', _, .., ':'] only] && TryReadHash(only[1..^1], out sha256);
    }

    private static bool TryReadHash(string base64, out byte[]? sha256)
    {
        var bytes = new byte[Sha256Bytes + 1];
        var isSound = Convert.TryFromBase64String(base64, bytes, out var length) && length == Sha256Bytes;
        sha256 = isSound ? bytes[..Sha256Bytes] : null;
        return isSound;
    }
}
