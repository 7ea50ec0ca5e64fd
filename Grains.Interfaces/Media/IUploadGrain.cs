using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Ax2.Media;

/// <summary>
/// One uploaded file. Key: the upload id. The bytes never pass through it: it hands out short-lived signed part URLs,
/// then checks what arrived and what it is.
/// </summary>
[Alias("ax2.IUploadGrain")]
public interface IUploadGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Opens the upload. Idempotent for the same content. Refusals: <see cref="MediaRefusals.FileEmpty"/>,
    /// <see cref="MediaRefusals.FileTooLarge"/>, <see cref="MediaRefusals.FileNameInvalid"/>,
    /// <see cref="MediaRefusals.TooManyOpen"/>, <see cref="MediaRefusals.StorageFull"/>.
    /// An upload that is not completed within a day is removed with its bytes.
    /// </summary>
    [Alias("Start"), Idempotent]
    Task<UploadAnswer> Start(StartUpload command);

    /// <summary>
    /// The upload with fresh part URLs for what is missing, or null when there is none or it is not the workspace's.
    /// Answers also while <see cref="Complete"/> joins and probes a large file.
    /// </summary>
    [Alias("Get"), AlwaysInterleave, Idempotent]
    Task<UploadView?> Get(Guid workspaceId);

    /// <summary>
    /// Checks that every part is in (and its SHA-256, for those given), joins them and probes the file. The work runs
    /// beside the calls: this one begins it or joins it, and waits 2 s for its end. If it has not ended, the answer is
    /// an <see cref="UploadState.Open"/> upload without a refusal: call again. Idempotent. Once the parts are checked
    /// the work outlives its silo: the next call goes on with it. A file that is no usable media is removed at once,
    /// and the upload ends as <see cref="UploadState.Rejected"/>.
    /// Refusals: <see cref="MediaRefusals.PartMissing"/>, <see cref="MediaRefusals.PartChecksumMismatch"/> (both leave
    /// the upload open; a part with a wrong checksum is answered as missing, with a URL),
    /// <see cref="MediaRefusals.NotMedia"/>, <see cref="MediaRefusals.NoAudio"/>,
    /// <see cref="MediaRefusals.AudioEmpty"/>, <see cref="MediaRefusals.MediaTooLong"/>,
    /// <see cref="MediaRefusals.MediaTruncated"/>, <see cref="MediaRefusals.MediaUnreadable"/>,
    /// <see cref="MediaRefusals.UploadUnknown"/>, <see cref="MediaRefusals.UploadDeleted"/>.
    /// </summary>
    [Alias("Complete"), AlwaysInterleave, Idempotent]
    Task<UploadAnswer> Complete(Guid workspaceId, ImmutableArray<PartChecksum> checksums);

    /// <summary>
    /// Removes the bytes, whatever the state; a completion under way is stopped. Idempotent; false when there is no
    /// such upload in the workspace.
    /// </summary>
    [Alias("Delete"), Idempotent]
    Task<bool> Delete(Guid workspaceId);

    /// <summary>
    /// Deletes the bytes and everything that is stored of the upload, for a deleted workspace. Idempotent; does nothing
    /// for another workspace's upload.
    /// </summary>
    [Alias("Erase")]
    Task DeleteRecord(Guid workspaceId);
}

/// <param name="FileName">As the user sees it, 1 to 255 characters. Only shown, never used as a path.</param>
[GenerateSerializer, Alias("ax2.StartUpload"), Immutable]
public sealed record StartUpload(
    [property: Id(0)] Guid WorkspaceId,
    [property: Id(1)] Guid UserId,
    [property: Id(2)] string FileName,
    [property: Id(3)] long SizeBytes,
    [property: Id(4)] string? ContentType);

/// <param name="Number">From 1.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
[GenerateSerializer, Alias("ax2.PartChecksum"), Immutable]
public sealed record PartChecksum([property: Id(0)] int Number, [property: Id(1)] string Sha256);

/// <summary>The upload after the command; <see cref="Refusal"/> is null when it was carried out.</summary>
[GenerateSerializer, Alias("ax2.UploadAnswer"), Immutable]
public sealed record UploadAnswer([property: Id(0)] UploadView? Upload, [property: Id(1)] Refusal? Refusal);

[GenerateSerializer, Alias("ax2.UploadState")]
public enum UploadState
{
    /// <summary>Parts may be sent.</summary>
    Open = 0,
    /// <summary>Checked and probed: a job may use it.</summary>
    Ready = 1,
    /// <summary>Not usable; its bytes are deleted.</summary>
    Rejected = 2,
    /// <summary>Deleted by its owner or expired; its bytes are deleted.</summary>
    Deleted = 3,
}

/// <param name="PartSizeBytes">Every part has this size but the last.</param>
/// <param name="Media">Null until <see cref="UploadState.Ready"/>.</param>
/// <param name="Refusal">Why it was rejected, else null.</param>
/// <param name="PlaybackUrl">
/// Signed, short-lived; null until ready. Relative to the API's origin with the disk store.
/// </param>
/// <param name="ObjectKey">Where the store keeps the file; for workers, never shown to clients.</param>
[GenerateSerializer, Alias("ax2.UploadView"), Immutable]
public sealed record UploadView(
    [property: Id(0)] Guid UploadId,
    [property: Id(1)] Guid WorkspaceId,
    [property: Id(2)] string FileName,
    [property: Id(3)] long SizeBytes,
    [property: Id(4)] UploadState State,
    [property: Id(5)] long PartSizeBytes,
    [property: Id(6)] ImmutableArray<UploadPart> Parts,
    [property: Id(7)] MediaInfo? Media,
    [property: Id(8)] Refusal? Refusal,
    [property: Id(9)] string? PlaybackUrl,
    [property: Id(10)] string ObjectKey,
    [property: Id(11)] DateTimeOffset CreatedAt,
    [property: Id(12)] DateTimeOffset ExpiresAt);

/// <param name="Sha256">Of the bytes that are in, lower-case hexadecimal; null while the part is missing.</param>
/// <param name="Url">Where to PUT the part; null when it is in, or the upload is not open.</param>
[GenerateSerializer, Alias("ax2.UploadPart"), Immutable]
public sealed record UploadPart(
    [property: Id(0)] int Number,
    [property: Id(1)] long SizeBytes,
    [property: Id(2)] bool Received,
    [property: Id(3)] string? Sha256,
    [property: Id(4)] string? Url);

/// <summary>What the probe found in a file.</summary>
/// <param name="Container">The demuxer's short name, for example <c>mp4</c>.</param>
/// <param name="DurationMs">Of the longest of the file and its audio streams; greater than zero.</param>
[GenerateSerializer, Alias("ax2.MediaInfo"), Immutable]
public sealed record MediaInfo(
    [property: Id(0)] string Container,
    [property: Id(1)] long DurationMs,
    [property: Id(2)] ImmutableArray<AudioStream> AudioStreams,
    [property: Id(3)] VideoStream? Video);

/// <param name="Index">The stream's index in the file: what a job names to choose it.</param>
/// <param name="Language">As tagged in the file, ISO 639, or null.</param>
[GenerateSerializer, Alias("ax2.AudioStream"), Immutable]
public sealed record AudioStream(
    [property: Id(0)] int Index,
    [property: Id(1)] string Codec,
    [property: Id(2)] int Channels,
    [property: Id(3)] int SampleRateHz,
    [property: Id(4)] long DurationMs,
    [property: Id(5)] string? Language,
    [property: Id(6)] bool IsDefault);

[GenerateSerializer, Alias("ax2.VideoStream"), Immutable]
public sealed record VideoStream(
    [property: Id(0)] string Codec,
    [property: Id(1)] int WidthPixels,
    [property: Id(2)] int HeightPixels);

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class MediaRefusals
{
    public const string FileEmpty = "file_empty";
    public const string FileTooLarge = "file_too_large";
    public const string FileNameInvalid = "file_name_invalid";
    public const string TooManyOpen = "uploads_open_limit";
    public const string StorageFull = "storage_full";
    public const string UploadUnknown = "upload_unknown";
    public const string UploadDeleted = "upload_deleted";
    public const string PartMissing = "part_missing";
    public const string PartChecksumMismatch = "part_checksum_mismatch";
    public const string NotMedia = "not_media";
    public const string NoAudio = "no_audio";
    public const string AudioEmpty = "audio_empty";
    public const string MediaTooLong = "media_too_long";
    public const string MediaTruncated = "media_truncated";
    public const string MediaUnreadable = "media_unreadable";
}
