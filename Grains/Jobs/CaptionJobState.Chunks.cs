using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ax2.Jobs.Chunks;

namespace Ax2.Jobs;

/// <summary>What follows from the chunks, and what reports of them change. Pure.</summary>
public sealed partial record CaptionJobState
{
    [JsonIgnore]
    public long OrderedMs => Range is { } range ? range.EndMs - range.StartMs : MediaDurationMs;

    /// <summary>Whether audio is to be cut: not all of it was, or some was lost since.</summary>
    [JsonIgnore]
    public bool NeedsCutter => !IsCutComplete
        || Chunks.Any(chunk => chunk is { Outcome: ChunkOutcome.Pending, IsCut: false });

    /// <summary>Every chunk has come to its end.</summary>
    [JsonIgnore]
    public bool IsRecognised => IsCutComplete && Chunks.All(chunk => chunk.Outcome != ChunkOutcome.Pending);

    [JsonIgnore]
    public bool IsAllDone => IsCutComplete && Chunks.All(chunk => chunk.Outcome == ChunkOutcome.Done);

    /// <summary>How much of what was ordered is recognised and kept.</summary>
    [JsonIgnore]
    public long DeliveredMs => IsAllDone
        ? OrderedMs
        : Math.Min(OrderedMs, Chunks.Where(c => c.Outcome == ChunkOutcome.Done).Sum(c => c.DurationMs));

    /// <summary>The finished chunks from the start on: their captions can be read while the rest runs.</summary>
    [JsonIgnore]
    public int DonePrefix => Chunks.TakeWhile(chunk => chunk.Outcome == ChunkOutcome.Done).Count();

    /// <summary>Captions up to here can be read while the job runs; null when there are none yet.</summary>
    [JsonIgnore]
    public long? DraftUntilMs => this is { Stage: JobStage.Transcribing, MergeLanguage: null, DonePrefix: > 0 }
        ? Chunks[DonePrefix - 1].Span.EndMs
        : null;

    /// <param name="spans">All that the cutter has put into the store, in order.</param>
    public CaptionJobState WithSpans(ImmutableArray<ChunkSpan> spans)
    {
        if (spans.All(span => span.Index < Chunks.Length && Chunks[span.Index].IsCut))
        {
            return this;
        }

        var chunks = Chunks.ToBuilder();
        foreach (var span in spans)
        {
            if (span.Index == chunks.Count)
            {
                chunks.Add(new JobChunk(span, IsCut: true));
            }
            else if (chunks[span.Index] is { IsCut: false } known)
            {
                chunks[span.Index] = known.Span == span
                    ? known with { IsCut = true }
                    : throw new InvalidOperationException($"Chunk {span.Index} was cut elsewhere than before.");
            }
        }

        // What came of it is no killer, and there was space.
        return this with { Chunks = chunks.ToImmutable(), Attempts = 0, WaitingForSpaceSince = null };
    }

    /// <summary>The cutter writes it again, if it can: other chunks are not touched.</summary>
    public CaptionJobState WithLostAudio(int index) =>
        Chunks[index] is { Outcome: ChunkOutcome.Pending, IsCut: true } chunk
            ? this with { Chunks = Chunks.SetItem(index, chunk with { IsCut = false }) }
            : this;

    /// <summary>How cutting ended. Where only lost audio was to be cut again, no more than that has failed.</summary>
    public CaptionJobState WithCutEnd(bool isComplete, Refusal? refusal)
    {
        if (!IsCutComplete)
        {
            return this with { IsCutComplete = isComplete, CutRefusal = refusal };
        }

        if (refusal is null)
        {
            return this;
        }

        var lost = new Refusal(
            JobRefusals.AudioLost, $"The audio of this part is lost, and cannot be cut again: {refusal.Message}");
        return Chunks.Where(chunk => chunk is { Outcome: ChunkOutcome.Pending, IsCut: false }).Aggregate(
            this, (job, chunk) => job.WithOutcome(chunk.Index, ChunkOutcome.Failed, lost));
    }

    public CaptionJobState WithOutcome(int index, ChunkOutcome outcome, Refusal? refusal) =>
        Chunks[index].Outcome == outcome
            ? this
            : this with { Chunks = Chunks.SetItem(index, Chunks[index] with { Outcome = outcome, Refusal = refusal }) };

    /// <summary>How recognition ended: delivered is only what this run added.</summary>
    public StepOutcome RecognitionOutcome() =>
        CutRefusal is not null ? StepOutcome.Failed
        : DeliveredMs > PaidMs ? StepOutcome.Succeeded
        : IsCancelRequested ? StepOutcome.Cancelled
        : StepOutcome.Failed;

    /// <summary>How a job ends that has its captions stored.</summary>
    public StepOutcome DeliveryOutcome() =>
        IsAllDone ? StepOutcome.Succeeded : IsCancelRequested ? StepOutcome.Cancelled : StepOutcome.Partial;

    /// <summary>The same job from its beginning, for what is missing.</summary>
    public CaptionJobState NextRun(Credits.Quote quote, DateTimeOffset now) => this with
    {
        Run = Run + 1,
        Stage = JobStage.Accepted,
        StageAttempts = 0,
        Quote = quote,
        QueuedSince = now,
        IsCancelRequested = false,
        Refusal = null,
        Chunks = [.. Chunks.Select(chunk => chunk with { IsCut = false })],
        IsCutComplete = false,
        CutRefusal = null,
        Attempts = 0,
        // Of this run nothing is held yet, whatever an older row says of the last one.
        HeldCredits = 0,
        HoldExtendedAt = null,
        FinishedAt = null,
    };
}
