using System.Collections.Immutable;
using System.Text;

namespace Ax2.Media;

/// <summary>How a file is cut into parts, and what is missing of it. Pure.</summary>
public static class UploadPlan
{
    /// <summary>As in S3.</summary>
    public const int MaxParts = 10_000;
    public const int MaxFileNameLength = 255;
    private const string PartNumber = "partNumber";

    /// <summary>Where the store keeps the file.</summary>
    public static string ObjectKey(Guid workspaceId, Guid uploadId) => $"uploads/{workspaceId:N}/{uploadId:N}";

    /// <summary>
    /// The configured size, or as much more as keeps the number of parts within <see cref="MaxParts"/>.
    /// </summary>
    public static long PartSize(long fileBytes, long configuredBytes) =>
        Math.Max(configuredBytes, (fileBytes + MaxParts - 1) / MaxParts);

    public static IEnumerable<(int Number, long SizeBytes)> Parts(long fileBytes, long partBytes)
    {
        for (long number = 1, offset = 0; offset < fileBytes; number++, offset += partBytes)
        {
            yield return ((int)number, Math.Min(partBytes, fileBytes - offset));
        }
    }

    /// <summary>
    /// The name as it is shown, composed (macOS sends Hangul decomposed). Control characters become spaces, and so do
    /// those that turn the direction of writing, which would show another ending. Null when nothing is left, or it is
    /// too long.
    /// </summary>
    public static string? DisplayName(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        // By runes: half a surrogate pair comes out as the replacement character and may be normalised.
        var shown = string.Concat(fileName.EnumerateRunes().Select(r => IsShown(r) ? r.ToString() : " "));
        var name = shown.Normalize(NormalizationForm.FormC).Trim();
        return name.Length is > 0 and <= MaxFileNameLength ? name : null;
    }

    private static bool IsShown(Rune rune) =>
        !Rune.IsControl(rune) && rune.Value is not (>= 0x2028 and <= 0x202E or >= 0x2066 and <= 0x2069);

    /// <summary>Why these parts are not the file, or null when they are.</summary>
    public static Refusal? Check(
        long fileBytes, long partBytes, ImmutableArray<StoredPart> stored, ImmutableArray<PartChecksum> checksums)
    {
        var present = stored.ToDictionary(part => part.Number);
        foreach (var (number, size) in Parts(fileBytes, partBytes))
        {
            if (!present.TryGetValue(number, out var part) || part.SizeBytes != size)
            {
                return Of(
                    MediaRefusals.PartMissing, $"Part {number} is missing: send it, then complete again.", number);
            }
        }

        foreach (var checksum in checksums)
        {
            if (!present.TryGetValue(checksum.Number, out var part)
                || !string.Equals(part.Sha256, checksum.Sha256, StringComparison.OrdinalIgnoreCase))
            {
                return Of(
                    MediaRefusals.PartChecksumMismatch,
                    $"Part {checksum.Number} does not have this SHA-256: send it again, then complete.",
                    checksum.Number);
            }
        }

        return null;
    }

    /// <summary>The part that a refusal of <see cref="Check"/> is about.</summary>
    public static long? PartOf(Refusal? refusal) =>
        refusal?.Figures?.TryGetValue(PartNumber, out var number) == true ? number : null;

    private static Refusal Of(string code, string message, int part) =>
        new(code, message, ImmutableDictionary<string, long>.Empty.Add(PartNumber, part));
}
