using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ax2.Media;

/// <summary>
/// Where the disk store keeps what, for the process that takes parts and the one that joins them:
/// <code>
/// objects/{key}                                whole objects; a folder goes with its last object
/// parts/{multipart id}/{number}-{size}-{sha}   parts that are in, complete and checked
/// parts/{multipart id}/new-{random}            a part on its way; goes with its folder
/// temporary/{random}                           an object on its way, or a folder that is being removed
/// </code>
/// Everything is on one file system, so a rename makes a thing be there, whole, or not.
/// </summary>
public sealed class DiskObjectLayout
{
    private const int MaxKeyLength = 512;
    private const int MaxSegmentLength = 200;
    private const int NumberDigits = 5;
    private const int Sha256Digits = 64;

    private readonly string _parts;

    public DiskObjectLayout(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        Objects = Path.Combine(folder, "objects");
        _parts = Path.Combine(folder, "parts");
        Temporary = Path.Combine(folder, "temporary");
    }

    public string Objects { get; }

    public string Temporary { get; }

    /// <summary>
    /// Makes the folders. Only the owner and the group may enter: these are the users' own recordings.
    /// </summary>
    public void CreateFolders()
    {
        foreach (var folder in (string[])[Path.GetDirectoryName(Temporary)!, Objects, _parts, Temporary])
            CreateFolder(folder);
    }

    public static void CreateFolder(string folder)
    {
        const UnixFileMode ownerAndGroup =
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, ownerAndGroup);
    }

    public string ObjectFile(string key) => Path.Combine(Objects, Checked(key));

    /// <summary>One multipart upload for a key at a time: beginning it twice is the same upload.</summary>
    public static string MultipartId(string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Checked(key))).AsSpan(0, 16));

    /// <summary>Null when the id is not this key's: then there is no such upload.</summary>
    public string? MultipartFolder(string key, string multipartId) =>
        multipartId == MultipartId(key) ? Path.Combine(_parts, multipartId) : null;

    public static string NewName() => "new-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static string PartName(int number, long sizeBytes, string sha256) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:D5}-{sizeBytes}-{sha256}");

    /// <summary>Null for a part that is still on its way, and for anything else.</summary>
    public static (int Number, long SizeBytes, string Sha256)? ParsePartName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Split('-') is [{ Length: >= NumberDigits } number, var size, { Length: Sha256Digits } sha256]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedNumber)
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedSize)
            ? (parsedNumber, parsedSize, sha256)
            : null;
    }

    /// <summary>
    /// Lower-case letters, digits, <c>-</c> and <c>.</c> between slashes; no segment starts with a dot.
    /// </summary>
    public static bool IsKey(string key) =>
        key is { Length: > 0 and <= MaxKeyLength } && key.Split('/').All(IsSegment);

    private static bool IsSegment(string segment) =>
        segment is { Length: > 0 and <= MaxSegmentLength } && segment[0] != '.'
        && segment.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');

    private static string Checked(string key) =>
        IsKey(key) ? key : throw new ArgumentException("Not an object key.", nameof(key));
}
