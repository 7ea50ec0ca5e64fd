using System.Collections.Immutable;

namespace Ax2.Media;

/// <summary>How a file is cut into parts, and what is missing of it. Pure.</summary>
public static class UploadPlan
{
    /// <summary>As in S3.</summary>
    public const int MaxParts = 10_000;
    public const int MaxFileNameLength = 255;

    /// <summary>The configured size, or as much more as keeps the number of parts within <see cref="MaxParts"/>.</summary>
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
    /// The name as it is shown: control characters become spaces. Null when nothing is left, or it is too long.
    /// </summary>
    public static string? DisplayName(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        var name = string.Concat(fileName.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return name.Length is > 0 and <= MaxFileNameLength ? name : null;
    }

    /// <summary>Why these parts are not the file, or null when they are.</summary>
    public static Refusal? Check(
        long fileBytes, long partBytes, ImmutableArray<StoredPart> stored, ImmutableArray<PartChecksum> checksums)
    {
        var present = stored.ToDictionary(part => part.Number);
        foreach (var (number, size) in Parts(fileBytes, partBytes))
        {
            if (!present.TryGetValue(number, out var part) || part.SizeBytes != size)
            {
                return Of(MediaRefusals.PartMissing, $"Part {number} is missing: send it, then complete again.", number);
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

    private static Refusal Of(string code, string message, int part) =>
        new(code, message, ImmutableDictionary<string, long>.Empty.Add("partNumber", part));
}
