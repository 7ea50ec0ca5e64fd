namespace Ax2.Media;

/// <summary>Section <c>Uploads</c>.</summary>
public sealed class UploadOptions
{
    public const string Section = "Uploads";

    /// <summary>The largest file. Default 5 GiB; at least 1 byte.</summary>
    public long MaxFileBytes { get; set; } = 5L * 1024 * 1024 * 1024;

    /// <summary>
    /// Size of a part; it grows for files that would need more than 10 000. Default 8 MiB; at least 5 MiB, the least
    /// that S3 takes.
    /// </summary>
    public long PartSizeBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The longest media that is accepted. Default 10 h; more than zero.</summary>
    public TimeSpan MaxMediaDuration { get; set; } = TimeSpan.FromHours(10);

    /// <summary>How long an upload may stay open before it is removed. Default 24 h; more than zero.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Uploads that a workspace may have open at a time. Zero is no limit. Default 50.</summary>
    public int MaxOpenPerWorkspace { get; set; } = 50;

    /// <summary>Files that a workspace may keep, open uploads included. Zero is no limit. Default 2000.</summary>
    public int MaxFilesPerWorkspace { get; set; } = 2000;

    /// <summary>
    /// Bytes that a workspace's files may take, open uploads with their whole size. Zero is no limit. Default 500 GiB.
    /// </summary>
    public long MaxBytesPerWorkspace { get; set; } = 500L * 1024 * 1024 * 1024;

    /// <summary>How long a signed link works. Default 1 h; more than zero.</summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromHours(1);
}
