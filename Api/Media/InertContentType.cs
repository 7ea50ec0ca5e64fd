using System.Text.RegularExpressions;

namespace Ax2.Media;

/// <summary>Only types that a browser plays or shows without running anything in them.</summary>
internal static partial class InertContentType
{
    public static string For(string contentType) =>
        Inert().IsMatch(contentType) ? contentType : "application/octet-stream";

    [GeneratedRegex(@"\A((audio|video)/[a-z0-9][a-z0-9.+-]{0,60}|text/(plain|vtt); charset=utf-8|application/json)\z")]
    private static partial Regex Inert();
}
