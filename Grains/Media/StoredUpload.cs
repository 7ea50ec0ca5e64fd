using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Ax2.Media;

/// <summary>Stored as JSON; replaced, never changed in place.</summary>
public sealed record StoredUpload
{
    /// <summary>Version of this shape; readers accept every older one.</summary>
    public int V { get; init; } = 1;

    /// <summary>What was asked for; null until the upload is begun.</summary>
    public StartUpload? Command { get; init; }
    public string FileName { get; init; } = "";
    public UploadState State { get; init; }

    /// <summary>The store's name for the parts.</summary>
    public string MultipartId { get; init; } = "";
    public long PartSizeBytes { get; init; }

    /// <summary>
    /// The checked parts, written before they are joined: a crash in between joins the same ones again. Empty before.
    /// </summary>
    public ImmutableArray<StoredPart> Joining { get; init; } = [];
    public MediaInfo? Media { get; init; }
    public Refusal? Refusal { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    [JsonIgnore]
    public bool Exists => Command is not null;

    internal bool IsOwnedBy(Guid workspaceId) => Command?.WorkspaceId == workspaceId;

    /// <summary>The checked parts of an open upload are to be joined. One that is over stays as it is.</summary>
    internal StoredUpload Join(ImmutableArray<StoredPart> parts) =>
        State == UploadState.Open ? this with { Joining = parts } : this;

    /// <summary>What the probe found ends an open upload. One that is over stays as it is.</summary>
    internal StoredUpload Conclude(ProbeAnswer answer) => State != UploadState.Open ? this : this with
    {
        State = answer.Media is null ? UploadState.Rejected : UploadState.Ready,
        Media = answer.Media,
        Refusal = answer.Refusal,
        Joining = [],
    };
}
