using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Ax2.Http;

/// <summary>
/// Makes a name that a user chose safe to save a file under, on any system, and writes it as RFC 6266 and 8187 say.
/// </summary>
internal static class DownloadName
{
    /// <summary>File systems take 255 bytes; browsers add a number to a name that is there already.</summary>
    private const int MaxBytes = 200;
    private const int MaxExtensionBytes = 20;
    private const string Nameless = "download";
    private const string NotInNames = "\\/:*?\"<>|%";

    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL",
        .. Enumerable.Range(0, 10).SelectMany(n => (string[])[$"COM{n}", $"LPT{n}"]),
    ];

    /// <summary>The value of <c>Content-Disposition</c>.</summary>
    internal static string Disposition(string name, bool isAttachment)
    {
        var disposition = new ContentDispositionHeaderValue(isAttachment ? "attachment" : "inline");
        disposition.SetHttpFileName(Safe(name));
        return disposition.ToString();
    }

    /// <summary>
    /// No folders, no control characters, nothing that turns the direction of the text to hide the extension, no name
    /// that means a device, no hidden file, and short enough. Letters of every script stay.
    /// </summary>
    internal static string Safe(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var allowed = IsAllowed(rune);
            if (allowed && !IsForbiddenSign(rune)) text.Append(rune);
            else if (allowed) text.Append('_');
        }

        var safe = text.ToString().Normalize(NormalizationForm.FormC).Trim(' ', '.');
        var extension = Path.GetExtension(safe);
        if (Encoding.UTF8.GetByteCount(extension) > MaxExtensionBytes) extension = "";
        var stem = Cut(safe[..^extension.Length], MaxBytes - Encoding.UTF8.GetByteCount(extension)).TrimEnd(' ', '.');
        if (stem.Length == 0) stem = Nameless;
        return IsDevice(stem) ? $"_{stem}{extension}" : stem + extension;
    }

    /// <summary>Format characters stay only where emoji and some scripts join signs with them.</summary>
    private static bool IsAllowed(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => rune.Value != Rune.ReplacementChar.Value,
    };

    private static bool IsForbiddenSign(Rune rune) =>
        rune.IsAscii && NotInNames.Contains((char)rune.Value, StringComparison.Ordinal);

    /// <summary>What a system takes for a device, whatever follows the first dot.</summary>
    private static bool IsDevice(string stem) =>
        Devices.Contains(stem.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase);

    /// <summary>At most so many bytes of whole signs, joined ones included.</summary>
    private static string Cut(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes) return text;
        var (length, bytes) = (0, 0);
        foreach (var sign in StringInfo.ParseCombiningCharacters(text).Append(text.Length).Skip(1))
        {
            bytes += Encoding.UTF8.GetByteCount(text.AsSpan(length, sign - length));
            if (bytes > maxBytes) break;
            length = sign;
        }

        return text[..length];
    }
}
