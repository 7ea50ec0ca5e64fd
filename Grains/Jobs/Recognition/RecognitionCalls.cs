using Ax2.Jobs.Chunks;
using static Ax2.Jobs.RecognitionCommand;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>The calls of a job's recognition to other grains, each answered by an event.</summary>
internal sealed class RecognitionCalls(Guid jobId, IGrainFactory grains)
{
    private IWorkQueueGrain Queue => grains.GetGrain<IWorkQueueGrain>(0);

    private IAudioCutterGrain Cutter => grains.GetGrain<IAudioCutterGrain>(jobId);

    public async Task<RecognitionEvent> AskAsync(AskQueue ask, SlotRequest request) =>
        // Not cancelled: a cancelled call loses the slots that were granted meanwhile. Leaving the queue ends it.
        new SlotsAnswered(ask.Call, await Queue.WaitForSlots(request, CancellationToken.None));

    public void Leave(LeaveQueue leave) => _ = Queue.Leave(jobId, leave.UnusedSlots);

    public async Task<RecognitionEvent> BeginAsync(Begin begin, CaptionJobState job)
    {
        var (index, slot, userId) = (begin.Index, begin.Slot, job.Command!.UserId);
        if (index == WorkItem.Cutter)
        {
            return new CutReported(begin.Call, await PlacedAsync(slot, () => Cutter.Begin(new CutAudio(
                slot.SlotId, userId, job.ObjectKey, job.AudioStreamIndex, job.AudioDurationMs,
                job.Range?.StartMs ?? 0, job.Range?.EndMs, [.. job.Chunks.Select(chunk => chunk.Span)]))));
        }

        return new ChunkReported(begin.Call, index, await PlacedAsync(slot, () => Chunk(index).Begin(new BeginChunk(
            slot.SlotId, userId, job.Chunks[index].Span, job.Command.Language, job.Command.Engine))));
    }

    public async Task<RecognitionEvent> PollAsync(Poll poll, CancellationToken cancellationToken) =>
        poll.Index == WorkItem.Cutter
            ? new CutReported(poll.Call, await Cutter.WaitForSpans(poll.Known, cancellationToken))
            : new ChunkReported(
                poll.Call, poll.Index, await Chunk(poll.Index).WaitForReport(poll.Known, cancellationToken));

    public async Task<RecognitionEvent> StopAsync(Stop stop)
    {
        if (stop.Index == WorkItem.Cutter)
        {
            await Cutter.Stop();
            return new StopEnded(stop.Call, stop.Index, IsDone: false);
        }

        await Chunk(stop.Index).Stop();
        // Short: a chunk that was stopped is not running, so there is nothing to wait for.
        var report = await Chunk(stop.Index).WaitForReport(-1, CancellationToken.None);
        return new StopEnded(stop.Call, stop.Index, report.State == WorkState.Done);
    }

    private ICaptionChunkGrain Chunk(int index) => grains.GetChunk(jobId, index);

    private static async Task<T> PlacedAsync<T>(WorkSlot slot, Func<Task<T>> call)
    {
        Task<T> answer;
        using (WorkPlacement.On(slot.Silo))
        {
            answer = call();
        }

        return await answer;
    }
}
