using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Media;

/// <summary>
/// The signed links of the disk store: the silo makes them, the API checks them. A link is for one purpose: what it
/// allows, on which key, and until when, is all under the signature.
/// </summary>
public abstract record DiskObjectLink(string Key, DateTimeOffset ExpiresAt)
{
    public const string PathPrefix = "/objects/";
    public const string ExpiresField = "expires";
    public const string SignatureField = "signature";

    /// <summary>Relative to the API's origin.</summary>
    public string Sign(ReadOnlySpan<byte> signingKey)
    {
        var fields = Fields().Append((ExpiresField, UnixSeconds(ExpiresAt)))
            .Append((SignatureField, Convert.ToHexStringLower(Signature(signingKey))));
        var query = fields.Select(f => $"{f.Item1}={Uri.EscapeDataString(f.Item2)}");
        return PathPrefix + Key + "?" + string.Join('&', query);
    }

    /// <summary>Takes the same time for every wrong signature.</summary>
    public bool IsSignedBy(ReadOnlySpan<byte> signingKey, string signature)
    {
        var given = new byte[HMACSHA256.HashSizeInBytes];
        var isHex = Convert.FromHexString(signature, given, out _, out var written)
            == System.Buffers.OperationStatus.Done && written == given.Length;
        return CryptographicOperations.FixedTimeEquals(given, Signature(signingKey)) && isHex;
    }

    public bool IsExpired(DateTimeOffset now) => now >= ExpiresAt;

    /// <summary>What the link is for, as the first line of what is signed.</summary>
    protected abstract string Purpose { get; }

    /// <summary>In the order in which they are signed.</summary>
    protected abstract IEnumerable<(string Name, string Value)> Fields();

    private byte[] Signature(ReadOnlySpan<byte> signingKey)
    {
        // Each value is escaped and so holds no line break: no two links have the same text.
        var values = Fields().Select(f => f.Value).Prepend(Key).Append(UnixSeconds(ExpiresAt));
        var text = string.Join('\n', values.Select(Uri.EscapeDataString).Prepend(Purpose));
        return HMACSHA256.HashData(signingKey, Encoding.ASCII.GetBytes(text));
    }

    private static string UnixSeconds(DateTimeOffset time) =>
        time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}

/// <summary>Takes one part of exactly this size.</summary>
public sealed record DiskPartLink(
    string Key, string MultipartId, int PartNumber, long SizeBytes, DateTimeOffset ExpiresAt)
    : DiskObjectLink(Key, ExpiresAt)
{
    public const string MultipartField = "upload";
    public const string NumberField = "part";
    public const string SizeField = "size";

    protected override string Purpose => "ax2 put part 1";

    protected override IEnumerable<(string Name, string Value)> Fields() =>
    [
        (MultipartField, MultipartId),
        (NumberField, PartNumber.ToString(CultureInfo.InvariantCulture)),
        (SizeField, SizeBytes.ToString(CultureInfo.InvariantCulture)),
    ];
}

/// <summary>Reads one object.</summary>
/// <param name="DownloadName">Empty: it is shown and not saved.</param>
public sealed record DiskReadLink(string Key, string ContentType, string DownloadName, DateTimeOffset ExpiresAt)
    : DiskObjectLink(Key, ExpiresAt)
{
    public const string ContentTypeField = "type";
    public const string DownloadNameField = "name";

    protected override string Purpose => "ax2 get object 1";

    protected override IEnumerable<(string Name, string Value)> Fields() =>
        [(ContentTypeField, ContentType), (DownloadNameField, DownloadName)];
}
