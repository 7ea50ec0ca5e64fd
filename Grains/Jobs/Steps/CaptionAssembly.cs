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

    /// <summary>
    /// A checkpoint that is not there is asked for so often: an activation that was overtaken may not know of it yet.
    /// </summary>
    private const int ReadsUntilLost = 3;

    /// <summary>Of all finished chunks whose checkpoints can be read.</summary>
    public async Task<AssembledCaptions> BuildAsync(JobContext job)
    {
        var finished = job.State.Chunks.Where(chunk => chunk.Outcome == ChunkOutcome.Done).ToArray();
        var read = await Task.WhenAll(finished.Select(chunk => ReadAsync(job, chunk)));
        ImmutableArray<int> lost = [.. finished.Where((_, i) => read[i] is null).Select(chunk => chunk.Index)];
        ImmutableArray<ChunkResult> results = [.. read.OfType<ChunkResult>()];
        // Cutting cues is work, and must not take turns of the grain.
        return await Task.Run(() =>
        {
            var segments = Transcripts.Join(results);
            var cues = Cut(job.State, segments);
            var quality = QualityAudit.Of(segments, cues, [.. results.SelectMany(result => result.QuietSpans)]);
            return new AssembledCaptions(Track(job, cues), quality, lost);
        });
    }

    /// <summary>
    /// Of the first finished chunks, up to the last sentence that is known to be over: what comes next may change the
    /// cues after it.
    /// </summary>
    public async Task<CaptionTrack> BuildDraftAsync(JobContext job, int chunks)
    {
        var finished = job.State.Chunks[..chunks];
        var results = await Task.WhenAll(finished.Select(chunk => GetAsync(job, chunk)));
        var cues = await Task.Run(() => Cut(job.State, Transcripts.Join(
            [.. results.Select(result => result ?? throw Missing(job))])));
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

    /// <summary>The checkpoint, or null when it is lost for good: an outage of the store loses none.</summary>
    private async Task<ChunkResult?> ReadAsync(JobContext job, JobChunk chunk)
    {
        try
        {
            return await GetAsync(job, chunk)
                ?? (job.State.StageAttempts + 1 >= ReadsUntilLost ? null : throw Missing(job));
        }
        catch (Exception e) when (job.IsLastAttempt && e is not StorageFaultException)
        {
            return null;
        }
    }

    private Task<ChunkResult?> GetAsync(JobContext job, JobChunk chunk) =>
        grains.GetChunk(job.JobId, chunk.Index).GetResult();

    private static InvalidOperationException Missing(JobContext job) =>
        new($"A finished chunk of job {job.JobId} has no checkpoint.");
}

/// <param name="LostChunks">Finished ones whose checkpoints are lost: the captions are without them.</param>
public sealed record AssembledCaptions(
    CaptionTrack Track, CaptionQuality Quality, ImmutableArray<int> LostChunks);
