using System.Collections.Immutable;
using System.Net;
using Ax2.Jobs.Chunks;
using Orleans.Runtime;

namespace Ax2.Jobs;

/// <summary>The queue, the cutter and the chunks of <see cref="RecognitionWorld"/>.</summary>
internal sealed class RecognitionCluster
{
    private const int ChunkCount = 3;
    private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    private readonly HashSet<int> _done = [];

    /// <summary>Chunks whose audio is not in the store.</summary>
    private readonly HashSet<int> _lost = [];
    private int _cut;

    /// <summary>Granted, and neither used nor given back.</summary>
    public HashSet<Guid> UnusedSlots { get; } = [];

    public HashSet<int> AtWork { get; } = [];

    /// <summary>At least so many chunks are cut.</summary>
    public ImmutableArray<ChunkSpan> Cut(int count)
    {
        _cut = Math.Max(_cut, count);
        return [.. Enumerable.Range(0, _cut).Select(Span)];
    }

    public SlotAnswer Grant(RecognitionCommand.AskQueue ask, int choice)
    {
        var chunks = Enumerable.Repeat(WorkKind.Chunk, Math.Min(ask.Chunks, choice % 4));
        var kinds = ask.WantsCutter && choice % 3 > 0 ? chunks.Append(WorkKind.Cutter) : chunks;
        WorkSlot[] slots = [.. kinds.Select(kind => new WorkSlot(Guid.CreateVersion7(), Silo, kind))];
        UnusedSlots.UnionWith(slots.Select(slot => slot.SlotId));
        return new SlotAnswer([.. slots], 1, null, false);
    }

    public void Deliver(int index)
    {
        if (!_done.Contains(index))
        {
            AtWork.Add(index);
        }
    }

    public RecognitionEvent Begin(RecognitionCommand.Begin begin, int choice) => begin.Index == WorkItem.Cutter
        ? Report(begin.Call, begin.Index, Begun(begin.Index, choice), choice % 2 == 0 ? NoSpace.Code : null)
        : FindsAudio(begin.Index, choice)
            ? Report(begin.Call, begin.Index, Begun(begin.Index, choice))
            : Report(begin.Call, begin.Index, WorkState.Waiting, JobRefusals.AudioLost);

    /// <summary>The cutter that is begun when it is done writes what is lost.</summary>
    private bool FindsAudio(int index, int choice)
    {
        if (!AtWork.Contains(index) && !_done.Contains(index) && choice % 7 == 3)
        {
            _lost.Add(index);
        }

        return !_lost.Contains(index);
    }

    public RecognitionEvent Poll(RecognitionCommand.Poll poll, int choice) =>
        Report(poll.Call, poll.Index, Progress(poll.Index, choice));

    private WorkState Begun(int index, int choice)
    {
        if (!AtWork.Contains(index) && !_done.Contains(index) && choice % 5 is 1 or 2)
        {
            return choice % 5 == 1 ? WorkState.NoSlot : WorkState.Waiting;
        }

        if (index == WorkItem.Cutter && _lost.Count > 0)
        {
            _done.Remove(index);
        }

        Deliver(index);
        return _done.Contains(index) ? WorkState.Done : WorkState.Running;
    }

    private WorkState Progress(int index, int choice)
    {
        if (AtWork.Contains(index) && choice % 4 > 0)
        {
            _cut = index == WorkItem.Cutter ? Math.Min(_cut + 1, ChunkCount) : _cut;
            if (index != WorkItem.Cutter || _cut == ChunkCount)
            {
                AtWork.Remove(index);
                _done.Add(index);
                if (index == WorkItem.Cutter)
                {
                    _lost.Clear();
                }
            }
        }

        return _done.Contains(index) ? WorkState.Done : AtWork.Contains(index) ? WorkState.Running : WorkState.Idle;
    }

    private RecognitionEvent Report(long call, int index, WorkState state, string? code = null)
    {
        var reason = state == WorkState.Waiting && code is not null ? new Refusal(code, "It waits.") : null;
        return index == WorkItem.Cutter
            ? new RecognitionEvent.CutReported(call, new CutReport(state, Cut(_cut), 0, reason))
            : new RecognitionEvent.ChunkReported(call, index, new ChunkReport(state, 1, 1, 0, null, reason));
    }

    public RecognitionEvent.StopEnded Stop(RecognitionCommand.Stop stop)
    {
        AtWork.Remove(stop.Index);
        if (stop.Index == WorkItem.Cutter)
        {
            _done.Remove(WorkItem.Cutter);
        }

        return new RecognitionEvent.StopEnded(stop.Call, stop.Index, _done.Contains(stop.Index));
    }

    private static ChunkSpan Span(int index) =>
        new(index, index * 1_000, (index + 1) * 1_000, index * 1_000, (index + 1) * 1_000);
}
