using System.Collections.Immutable;
using Ax2.Captions;
using Ax2.Captions.Quality;
using Ax2.Captions.Speech;
using Ax2.Jobs.Chunks;

namespace Ax2.Jobs.Steps;

/// <summary>Turns the chunks' checkpoints into captions. The same checkpoints always give the same captions.</summary>
public sealed class CaptionAssembly(IGrainFactory grains)
{
    private static readonly char[] SentenceEnds = ['.', '?', '!', '…', '。', '？', '！'];

    /// <summary>Of all finished chunks.</summary>
    public async Task<(CaptionTrack Track, CaptionQuality Quality)> BuildAsync(JobContext job)
    {
        var results = await ReadAsync(job, job.State.Chunks.Where(c => c.Outcome == ChunkOutcome.Done));
        // Cutting cues is work, and must not take turns of the grain.
        return await Task.Run(() =>
        {
            var segments = Transcripts.Join(results);
            var cues = Cut(job.State, segments);
            return (Track(job, cues), QualityAudit.Of(segments, cues, [.. results.SelectMany(result => result.QuietSpans)]));
        });
    }

    /// <summary>
    /// Of the first finished chunks, up to the last sentence that is known to be over: what comes next may change the
    /// cues after it.
    /// </summary>
    public async Task<CaptionTrack> DraftAsync(JobContext job, int chunks)
    {
        var finished = job.State.Chunks[..chunks];
        var results = await ReadAsync(job, finished);
        var cues = await Task.Run(() => Cut(job.State, Transcripts.Join(results)));
        return Track(job, [.. cues.Take(FinishedCues(cues))]) with { DraftUntilMs = finished[^1].Span.EndMs };
    }

    private static int FinishedCues(ImmutableArray<Cue> cues)
    {
        for (var count = cues.Length - 1; count > 0; count--)
        {
            if (SentenceEnds.Contains(cues[count - 1].Lines[^1][^1]))
            {
                return count;
            }
        }

        return Math.Max(0, cues.Length - 1);
    }

    private static ImmutableArray<Cue> Cut(CaptionJobState state, ImmutableArray<SpeechSegment> segments) =>
        CueBuilder.Build(
            segments, CueRules.For(state.Command!.Language), state.Range?.EndMs ?? state.MediaDurationMs);

    private static CaptionTrack Track(JobContext job, ImmutableArray<Cue> cues) => new(
        job.JobId, job.State.Command!.WorkspaceId, job.State.Command.Language, job.State.FileName,
        job.State.MediaDurationMs, cues);

    private async Task<ImmutableArray<ChunkResult>> ReadAsync(JobContext job, IEnumerable<JobChunk> chunks)
    {
        var results = await Task.WhenAll(chunks.Select(chunk => grains.GetChunk(job.JobId, chunk.Index).GetResult()));
        return [.. results.Select(result => result
            ?? throw new InvalidOperationException($"A finished chunk of job {job.JobId} has no checkpoint."))];
    }
}
