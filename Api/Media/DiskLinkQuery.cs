using System.Globalization;

namespace Ax2.Media;

/// <summary>
/// Reads a link from an address. Null when the address cannot be one: a field missing, twice, or no number.
/// </summary>
internal static class DiskLinkQuery
{
    public static DiskPartLink? ReadPart(string key, IQueryCollection query) =>
        Text(query, DiskPartLink.MultipartField) is { } multipartId
        && Number(query, DiskPartLink.NumberField) is { } number and > 0 and <= int.MaxValue
        && Number(query, DiskPartLink.SizeField) is { } size
        && Expiry(query) is { } expiresAt
            ? new DiskPartLink(key, multipartId, (int)number, size, expiresAt)
            : null;

    public static DiskReadLink? ReadObject(string key, IQueryCollection query) =>
        Text(query, DiskReadLink.ContentTypeField) is { } contentType
        && Text(query, DiskReadLink.DownloadNameField) is { } downloadName
        && Expiry(query) is { } expiresAt
            ? new DiskReadLink(key, contentType, downloadName, expiresAt)
            : null;

    public static string? Text(IQueryCollection query, string field) =>
        query.TryGetValue(field, out var values) && values is [{ } value] ? value : null;

    private static long? Number(IQueryCollection query, string field) =>
        long.TryParse(Text(query, field), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static DateTimeOffset? Expiry(IQueryCollection query) =>
        Number(query, DiskObjectLink.ExpiresField) is { } seconds
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
