using System.Collections.Immutable;

namespace Ax2.Captions;

/// <summary>The captions of one job in one language. Key: the job id, extension: the language code.</summary>
[Alias("ax2.ICaptionTrackGrain")]
public interface ICaptionTrackGrain : IGrainWithGuidCompoundKey
{
    /// <summary>
    /// Stores the track of the job, replacing what was there, but for what was merged in. Idempotent for the same
    /// content. Durable when it answers.
    /// </summary>
    [Alias("Put")]
    Task Put(CaptionTrack track);

    /// <summary>
    /// Replaces the cues of a range by those of another job. Idempotent for the same content. Durable when it
    /// answers. False when the workspace has no such track.
    /// </summary>
    [Alias("Merge")]
    Task<bool> Merge(Guid workspaceId, long fromMs, long untilMs, ImmutableArray<Cue> cues);

    /// <summary>The track, or null when there is none in the workspace.</summary>
    [Alias("Get"), Idempotent]
    Task<CaptionTrack?> Get(Guid workspaceId);

    /// <summary>
    /// The track as a file, or null when there is no such track in the workspace.
    /// <paramref name="formatId"/> must be one that <see cref="CaptionFormatIds"/> lists.
    /// </summary>
    [Alias("Render"), Idempotent]
    Task<CaptionFile?> Render(Guid workspaceId, string formatId);

    /// <summary>Deletes the track. Idempotent; does nothing for another workspace's track.</summary>
    [Alias("Erase")]
    Task Delete(Guid workspaceId);
}

/// <param name="Language">BCP 47, for example <c>en</c>.</param>
/// <param name="Cues">By start time; they do not overlap.</param>
/// <param name="DraftUntilMs">Set while the job still works on the rest: the cues are whole up to here.</param>
[GenerateSerializer, Alias("ax2.CaptionTrack"), Immutable]
public sealed record CaptionTrack(
    [property: Id(0)] Guid JobId,
    [property: Id(1)] Guid WorkspaceId,
    [property: Id(2)] string Language,
    [property: Id(3)] string Title,
    [property: Id(4)] long MediaDurationMs,
    [property: Id(5)] ImmutableArray<Cue> Cues,
    [property: Id(6)] long? DraftUntilMs = null);

/// <summary>One caption on the screen.</summary>
/// <param name="StartMs">From the start of the media.</param>
/// <param name="EndMs">Greater than <paramref name="StartMs"/>.</param>
/// <param name="Lines">One or two lines of plain text, none empty.</param>
[GenerateSerializer, Alias("ax2.Cue"), Immutable]
public sealed record Cue(
    [property: Id(0)] long StartMs,
    [property: Id(1)] long EndMs,
    [property: Id(2)] ImmutableArray<string> Lines)
{
    public string Text => string.Join('\n', Lines);
}

/// <param name="Content">The whole file.</param>
/// <param name="MediaType">For Content-Type, charset included.</param>
/// <param name="Extension">Without the dot.</param>
/// <param name="Title">The track's title: what a saved file is named after.</param>
[GenerateSerializer, Alias("ax2.CaptionFile"), Immutable]
public sealed record CaptionFile(
    [property: Id(0)] byte[] Content,
    [property: Id(1)] string MediaType,
    [property: Id(2)] string Extension,
    [property: Id(3)] string Title);

/// <summary>The formats that a track can be had in: the id is also the file extension.</summary>
public static class CaptionFormatIds
{
    public const string SubRip = "srt";
    public const string WebVtt = "vtt";
    public const string Json = "json";
    public const string Text = "txt";

    public static readonly ImmutableArray<string> All = [SubRip, WebVtt, Json, Text];
}

/// <summary>Stable codes of <see cref="Refusal.Code"/> in this slice.</summary>
public static class CaptionRefusals
{
    public const string LanguageUnsupported = "language_unsupported";
    public const string FormatUnsupported = "format_unsupported";
    public const string CaptionsUnknown = "captions_unknown";
}
