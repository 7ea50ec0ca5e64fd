using System.Collections.Immutable;
using Ax2.Captions.Formats;

namespace Ax2.Captions;

public sealed class CaptionTrackGrain(
    [StoredState("caption-track")] StoredState<CaptionTrackState> state) : Grain, ICaptionTrackGrain
{
    public async Task Put(CaptionTrack track)
    {
        ArgumentNullException.ThrowIfNull(track);
        var jobId = this.GetPrimaryKey(out var language);
        if (track.JobId != jobId || track.Language != language)
            throw new ArgumentException("The track is of another job or language than the grain.", nameof(track));
        if (state.Exists && state.Value.WorkspaceId != track.WorkspaceId)
            throw new ArgumentException("A job does not change its workspace.", nameof(track));

        await Store(state.Exists
            ? CaptionTrackState.Of(track with { Cues = WithMerged(track.Cues) }) with { Merged = state.Value.Merged }
            : CaptionTrackState.Of(track));
    }

    public async Task<bool> Merge(Guid workspaceId, long fromMs, long untilMs, ImmutableArray<Cue> cues)
    {
        if (Track(workspaceId) is not { } track)
        {
            return false;
        }

        var merged = track with { Cues = TrackMerge.Replace(track.Cues, fromMs, untilMs, cues) };
        var range = new MergedRange(fromMs, untilMs);
        await Store(CaptionTrackState.Of(merged) with { Merged = [.. state.Value.Merged.Remove(range), range] });
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

    public Task Delete(Guid workspaceId) =>
        state.Exists && state.Value.WorkspaceId == workspaceId ? state.ClearAsync() : Task.CompletedTask;

    /// <summary>The job's own cues, except in the merged ranges, whose cues stay.</summary>
    private ImmutableArray<Cue> WithMerged(ImmutableArray<Cue> cues)
    {
        ImmutableArray<Cue> present = [.. state.Value.Cues.Select(cue => cue.ToCue())];
        return state.Value.Merged.Aggregate(cues, (all, range) => TrackMerge.Replace(
            all, range.FromMs, range.UntilMs, TrackMerge.Within(present, range.FromMs, range.UntilMs)));
    }

    private Task<CaptionTrackState> Store(CaptionTrackState after) =>
        state.UpdateAsync(before => state.Exists && after == before ? before : after);

    private CaptionTrack? Track(Guid workspaceId)
    {
        var isIn = state.Exists && state.Value.WorkspaceId == workspaceId;
        return isIn ? state.Value.ToTrack(this.GetPrimaryKey(out var language), language!) : null;
    }
}
