using System.Collections.Immutable;
using Ax2.Captions.Formats;

namespace Ax2.Captions;

public sealed class CaptionTrackGrain(
    [PersistentState("caption-track")] IPersistentState<CaptionTrackState> stored) : Grain, ICaptionTrackGrain
{
    public async Task Put(CaptionTrack track)
    {
        ArgumentNullException.ThrowIfNull(track);
        var jobId = this.GetPrimaryKey(out var language);
        if (track.JobId != jobId || track.Language != language)
            throw new ArgumentException("The track is of another job or language than the grain.", nameof(track));
        if (stored.RecordExists && stored.State.WorkspaceId != track.WorkspaceId)
            throw new ArgumentException("A job does not change its workspace.", nameof(track));

        await Keep(stored.RecordExists
            ? CaptionTrackState.Of(track with { Cues = WithMerged(track.Cues) }) with { Merged = stored.State.Merged }
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
        await Keep(CaptionTrackState.Of(merged) with { Merged = [.. stored.State.Merged.Remove(stretch), stretch] });
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
        stored.RecordExists && stored.State.WorkspaceId == workspaceId ? this.Erase(stored) : Task.CompletedTask;

    /// <summary>The job's own cues, with what was merged in before kept as it is.</summary>
    private ImmutableArray<Cue> WithMerged(ImmutableArray<Cue> cues)
    {
        ImmutableArray<Cue> present = [.. stored.State.Cues.Select(cue => cue.ToCue())];
        return stored.State.Merged.Aggregate(cues, (all, stretch) => TrackMerge.Replace(
            all, stretch.FromMs, stretch.UntilMs, TrackMerge.Within(present, stretch.FromMs, stretch.UntilMs)));
    }

    private async Task Keep(CaptionTrackState after)
    {
        if (!stored.RecordExists || after != stored.State)
        {
            await this.Save(stored, after);
        }
    }

    private CaptionTrack? Track(Guid workspaceId)
    {
        var isIn = stored.RecordExists && stored.State.WorkspaceId == workspaceId;
        return isIn ? stored.State.ToTrack(this.GetPrimaryKey(out var language), language!) : null;
    }
}
