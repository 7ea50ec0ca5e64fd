using Ax2.Captions;
using Ax2.Captions.Formats;
using Ax2.Jobs.Steps;

namespace Ax2.Jobs;

/// <summary>
/// The captions of a job's finished first chunks. They are built when somebody reads them, once for each chunk.
/// </summary>
public sealed class JobDrafts(CaptionAssembly assembly)
{
    private CaptionTrack? _built;

    internal async Task<CaptionDraft?> RenderAsync(JobContext job, string language, string formatId)
    {
        if (!CaptionFormats.ById.TryGetValue(formatId, out var format))
        {
            throw new ArgumentException("Not one of CaptionFormatIds.", nameof(formatId));
        }

        var state = job.State;
        if (state.Command!.Language != language || state.DraftUntilMs is not { } untilMs)
        {
            return null;
        }

        var draft = _built?.DraftUntilMs == untilMs
            ? _built
            : _built = await assembly.BuildDraftAsync(job, state.DonePrefix);
        return new CaptionDraft(
            new CaptionFile(format.Write(draft), format.MediaType, format.Id, draft.Title), untilMs);
    }
}
