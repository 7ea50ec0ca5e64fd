using System.Collections.Immutable;

namespace Ax2.Captions;

/// <summary>
/// What is stored of a track, as JSON. It is replaced as a whole and never changed in place, because the storage may
/// still be writing the one before. Job and language are the key.
/// </summary>
[Confidential]
public sealed record CaptionTrackState
{
    /// <summary>The shape of this record. A reader takes this and every earlier one.</summary>
    public int V { get; init; } = 1;

    public Guid WorkspaceId { get; init; }

    public string Title { get; init; } = "";

    public long MediaDurationMs { get; init; }

    public ImmutableArray<StoredCue> Cues { get; init; } = [];

    /// <summary>Ranges whose cues came from other jobs, in the order of the merges.</summary>
    public ImmutableArray<MergedRange> Merged { get; init; } = [];

    public static CaptionTrackState Of(CaptionTrack track) => new()
    {
        WorkspaceId = track.WorkspaceId,
        Title = track.Title,
        MediaDurationMs = track.MediaDurationMs,
        Cues = [.. track.Cues.Select(cue => new StoredCue(cue.StartMs, cue.EndMs, cue.Lines))],
    };

    public CaptionTrack ToTrack(Guid jobId, string language) => new(
        jobId, WorkspaceId, language, Title, MediaDurationMs,
        [.. Cues.Select(cue => cue.ToCue())]);

    // The generated equality would compare the arrays by identity.
    public bool Equals(CaptionTrackState? other) =>
        other is not null && V == other.V && WorkspaceId == other.WorkspaceId && Title == other.Title
        && MediaDurationMs == other.MediaDurationMs && Cues.SequenceEqual(other.Cues)
        && Merged.SequenceEqual(other.Merged);

    public override int GetHashCode() => HashCode.Combine(WorkspaceId, Title, MediaDurationMs, Cues.Length);
}

public sealed record MergedRange(long FromMs, long UntilMs);

public sealed record StoredCue(long StartMs, long EndMs, ImmutableArray<string> Lines)
{
    public Cue ToCue() => new(StartMs, EndMs, Lines);

    public bool Equals(StoredCue? other) =>
        other is not null && StartMs == other.StartMs && EndMs == other.EndMs && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => HashCode.Combine(StartMs, EndMs, Lines.Length);
}
