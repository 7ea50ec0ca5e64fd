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

        var after = CaptionTrackState.Of(track);
        if (!stored.RecordExists || after != stored.State)
        {
            await this.Save(stored, after);
        }
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

    private CaptionTrack? Track(Guid workspaceId)
    {
        var isIn = stored.RecordExists && stored.State.WorkspaceId == workspaceId;
        return isIn ? stored.State.ToTrack(this.GetPrimaryKey(out var language), language!) : null;
    }
}
