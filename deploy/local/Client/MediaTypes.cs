namespace Ax2.Local.Client;

/// <summary>What a browser should take the file for when it plays it. The service itself does not trust it.</summary>
internal static class MediaTypes
{
    public static string Of(string extension) => extension.ToLowerInvariant() switch
    {
        ".mp4" or ".m4v" => "video/mp4",
        ".mov" => "video/quicktime",
        ".webm" => "video/webm",
        ".mkv" => "video/x-matroska",
        ".mp3" => "audio/mpeg",
        ".m4a" or ".aac" => "audio/mp4",
        ".wav" => "audio/wav",
        ".ogg" or ".oga" or ".opus" => "audio/ogg",
        ".flac" => "audio/flac",
        _ => "application/octet-stream",
    };
}
