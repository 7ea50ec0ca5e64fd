using System.Collections.Immutable;
using Ax2.Captions.Formats;

namespace Ax2.Captions;

public sealed class CaptionTrackGrain(
    [StoredState("caption-track")] StoredState<CaptionTrackState> stored) : Grain, ICaptionTrackGrain
{
    public async Task Put(CaptionTrack track)
    {
        ArgumentNullException.ThrowIfNull(track);
        var jobId = this.GetPrimaryKey(out var language);
        if (track.JobId != jobId || track.Language != language)
            throw new ArgumentException("The track is of another job or language than the grain.", nameof(track));
        if (stored.Exists && stored.Value.WorkspaceId != track.WorkspaceId)
            throw new ArgumentException("A job does not change its workspace.", nameof(track));

        await Store(stored.Exists
            ? CaptionTrackState.Of(track with { Cues = WithMerged(track.Cues) }) with { Merged = stored.Value.Merged }
            : CaptionTrackState.Of(track));
    }

    public async Task<bool> Merge(Guid workspaceId, long fromMs, long untilMs, ImmutableArray<Cue> cues)
    {
        if (Track(workspaceId) is not { } track)
        {
            return false;
        }

        var merged = track with { Cues = TrackMerge.Replace(track.Cues, fromMs, untilMs, cues) };
        var stretch = new MergedStretch(fromMs, untilMs);
        await Store(CaptionTrackState.Of(merged) with { Merged = [.. stored.Value.Merged.Remove(stretch), stretch] });
        return true;
    }

    public Task<CaptionTrack?> Get(Guid workspaceId) => Task.FromResult(Track(workspaceId));

    public Task<CaptionFile?> Render(Guid workspaceId, string formatId)
    {
        if (!CaptionFormats.ById.TryGetValue(formatId, out var format))
            throw new ArgumentException("Not one of CaptionFormatIds.", nameof(formatId));
        return Task.FromResult(Track(workspaceId) is { } track
            ? new CaptionFile(format.Write(track), format.MediaType, format.Id, track.Title)
            : null);
    }

    public Task Erase(Guid workspaceId) =>
        stored.Exists && stored.Value.WorkspaceId == workspaceId ? stored.ClearAsync() : Task.CompletedTask;

    /// <summary>The job's own cues, with what was merged in before kept as it is.</summary>
    private ImmutableArray<Cue> WithMerged(ImmutableArray<Cue> cues)
    {
        ImmutableArray<Cue> present = [.. stored.Value.Cues.Select(cue => cue.ToCue())];
        return stored.Value.Merged.Aggregate(cues, (all, stretch) => TrackMerge.Replace(
            all, stretch.FromMs, stretch.UntilMs, TrackMerge.Within(present, stretch.FromMs, stretch.UntilMs)));
    }

    private Task<CaptionTrackState> Store(CaptionTrackState after) =>
        stored.UpdateAsync(before => stored.Exists && after == before ? before : after);

    private CaptionTrack? Track(Guid workspaceId)
    {
        var isIn = stored.Exists && stored.Value.WorkspaceId == workspaceId;
        return isIn ? stored.Value.ToTrack(this.GetPrimaryKey(out var language), language!) : null;
    }
}
