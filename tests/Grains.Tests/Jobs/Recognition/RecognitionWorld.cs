using System.Net;
using Ax2.Jobs.Chunks;
using Orleans.Runtime;
using Xunit;

namespace Ax2.Jobs;

/// <summary>
/// Plays the caller, the queue, the cutter and the chunks against <see cref="RecognitionFlow"/>, in an order that
/// numbers choose: calls are answered late, in any order, or fail; work dies; the caller cancels, leaves or tries
/// again. It asserts what must hold at every step, then lets everything be answered and asserts what must hold in the end.
/// </summary>
/// <param name="isLost">Commands that are not carried out, to show that the assertions notice it.</param>
internal sealed class RecognitionWorld(Func<RecognitionCommand, bool>? isLost = null)
{
    private const int ChunkCount = 3;
    private static readonly SiloAddress Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    private static readonly JobOptions Options = new();
    private readonly List<RecognitionCommand> _open = [];
    private readonly List<RecognitionEvent> _pending = [];
    private readonly HashSet<Guid> _unusedSlots = [];
    private readonly HashSet<int> _atWork = [];
    private readonly HashSet<int> _done = [];
    private DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private RecognitionState _state = new();
    private CaptionJobState _job = new();
    private Caller _caller;
    private bool _isCancelled;
    private int _cut;

    private enum Caller
    {
        Waiting,
        Running,
        Stopping,
        Stopped,
        Finished,
        Left,
    }

    public void Play(int[] choices)
    {
        Start(isNewActivation: choices.Length % 2 == 1);
        foreach (var choice in choices)
        {
            Act(choice % 10, choice / 10);
            if (choice % 3 > 0)
            {
                Step();
            }
        }

        Finish();
    }

    /// <summary>A new activation finds the cutter and a chunk at work.</summary>
    private void Start(bool isNewActivation)
    {
        if (isNewActivation)
        {
            _cut = 2;
            _job = _job.WithSpans([Span(0), Span(1)]) with { Attempts = 1 };
            _atWork.UnionWith([WorkItem.Cutter, 0]);
        }

        Request(isNewActivation ? Caller.Running : Caller.Waiting);
    }

    private void Act(int kind, int choice)
    {
        var call = _open.Count > 0 ? _open[choice % _open.Count] : null;
        switch (kind)
        {
            case < 4 when call is not null: Answer(call, choice); break;
            case 4 when call is not null: Fail(call, isDelivered: choice % 2 == 0); break;
            case 5 when call is RecognitionCommand.Begin begin: Deliver(begin.Index); break;
            case 6 when _state.WakeAt is not null: Wake(); break;
            case 7 when _atWork.Count > 0: Die(_atWork.ElementAt(choice % _atWork.Count)); break;
            case 8 when _caller is Caller.Waiting or Caller.Running: Halt(choice % 6); break;
            default: break;
        }
    }

    private void Halt(int choice)
    {
        if (choice < 4)
        {
            _isCancelled = choice == 0;
            _caller = choice == 1 ? Caller.Left : _caller;
            _pending.Add(new RecognitionEvent.Halted(new OperationCanceledException()));
        }
    }

    /// <summary>Everything is answered from now on, as well as it can be.</summary>
    private void Finish()
    {
        for (var steps = 0; steps < 1_000; steps++)
        {
            Step();
            if (_open.Count > 0)
            {
                Answer(_open[0], choice: 5);
            }
            else if (_caller is Caller.Stopped or Caller.Finished or Caller.Left)
            {
                AssertEnd();
                return;
            }
            else
            {
                Wake();
            }
        }

        Assert.Fail($"It does not end: {_state}");
    }

    private void AssertEnd()
    {
        Assert.Empty(_unusedSlots);
        if (_caller == Caller.Finished)
        {
            Assert.True(_job.IsRecognised);
        }
        else if (_caller == Caller.Stopped)
        {
            Assert.Empty(_atWork);
        }
    }

    private void Step()
    {
        while (_pending.Count > 0)
        {
            RecognitionEvent[] events = [.. _pending];
            _pending.Clear();
            (_state, var commands) = RecognitionFlow.Step(_state, events, Options, _now);
            foreach (var command in commands.Where(command => isLost?.Invoke(command) != true))
            {
                Execute(command);
            }
        }
    }

    private void Execute(RecognitionCommand command)
    {
        switch (command)
        {
            case RecognitionCommand.LeaveQueue leave:
                Assert.All(leave.UnusedSlots, slot => Assert.True(_unusedSlots.Remove(slot), "It was used before."));
                break;
            case RecognitionCommand.Begin begin:
                Assert.True(_unusedSlots.Remove(begin.Slot.SlotId), "It was used before.");
                Assert.DoesNotContain(
                    _open, call => call is RecognitionCommand.Begin other && other.Index == begin.Index);
                AssertMayBegin(begin.Index);
                _open.Add(begin);
                break;
            case RecognitionCommand.Save save:
                Assert.DoesNotContain(_open, call => call is RecognitionCommand.Save);
                _open.Add(save);
                break;
            case RecognitionCommand.CancelPolls:
                break;
            case RecognitionCommand.End end:
                GoOn(end.Fault);
                break;
            default:
                _open.Add(command);
                break;
        }
    }

    private void AssertMayBegin(int index)
    {
        if (index == WorkItem.Cutter)
        {
            Assert.InRange(_job.Attempts, 1, Options.MaxAttempts);
        }
        else
        {
            Assert.Equal((ChunkOutcome.Pending, true), (_job.Chunks[index].Outcome, _job.Chunks[index].IsCut));
        }
    }

    /// <summary>What the job's driver does when its call comes back.</summary>
    private void GoOn(Exception? fault)
    {
        if (_caller == Caller.Left)
        {
            return;
        }

        Request((_caller, fault) switch
        {
            (Caller.Stopping, null) => Caller.Stopped,
            _ when _isCancelled => Caller.Stopping,
            (_, not null) => _caller,
            (Caller.Waiting, _) => Caller.Running,
            (Caller.Running, _) => _job.IsRecognised ? Caller.Finished : Caller.Stopping,
            _ => throw new InvalidOperationException($"{_caller} cannot end."),
        });
    }

    private void Request(Caller caller)
    {
        _caller = caller;
        RecognitionEvent? request = caller switch
        {
            Caller.Waiting => new RecognitionEvent.WaitRequested(_job),
            Caller.Running => new RecognitionEvent.RunRequested(_job),
            Caller.Stopping => new RecognitionEvent.StopRequested(_job),
            _ => null,
        };
        if (request is not null)
        {
            _pending.Add(request);
        }
    }

    private void Answer(RecognitionCommand call, int choice)
    {
        _open.Remove(call);
        _pending.Add(call switch
        {
            RecognitionCommand.AskQueue ask => new RecognitionEvent.SlotsAnswered(ask.Call, Grant(ask, choice)),
            RecognitionCommand.Begin begin => Report(begin.Call, begin.Index, Begun(begin.Index, choice)),
            RecognitionCommand.Poll poll => Report(poll.Call, poll.Index, Progress(poll.Index, choice)),
            RecognitionCommand.Stop stop => Stopped(stop),
            RecognitionCommand.Save save => Saved(save),
            _ => throw new InvalidOperationException($"{call} has no answer."),
        });
    }

    private void Fail(RecognitionCommand call, bool isDelivered)
    {
        _open.Remove(call);
        if (call is RecognitionCommand.Begin begun && isDelivered)
        {
            Deliver(begun.Index);
        }

        _pending.Add(call switch
        {
            RecognitionCommand.AskQueue ask => new RecognitionEvent.AskFailed(ask.Call),
            RecognitionCommand.Begin begin => new RecognitionEvent.CallFailed(begin.Call, begin.Index),
            RecognitionCommand.Poll poll => new RecognitionEvent.CallFailed(poll.Call, poll.Index),
            // Its target died: nothing else keeps a stop from it.
            RecognitionCommand.Stop stop => Stopped(stop),
            RecognitionCommand.Save => new RecognitionEvent.SaveFailed(new IOException("away")),
            _ => throw new InvalidOperationException($"{call} has no answer."),
        });
    }

    private void Die(int index)
    {
        _atWork.Remove(index);
        foreach (var call in _open.Where(call => call is RecognitionCommand.Poll poll && poll.Index == index).ToList())
        {
            Fail(call, isDelivered: false);
        }
    }

    private void Wake()
    {
        Assert.NotNull(_state.WakeAt);
        _now = _state.WakeAt.Value > _now ? _state.WakeAt.Value : _now;
        _pending.Add(new RecognitionEvent.Woke());
    }

    private SlotAnswer Grant(RecognitionCommand.AskQueue ask, int choice)
    {
        var chunks = Enumerable.Repeat(WorkKind.Chunk, Math.Min(ask.Chunks, choice % 4));
        var kinds = ask.WantsCutter && choice % 3 > 0 ? chunks.Append(WorkKind.Cutter) : chunks;
        WorkSlot[] slots = [.. kinds.Select(kind => new WorkSlot(Guid.CreateVersion7(), Silo, kind))];
        _unusedSlots.UnionWith(slots.Select(slot => slot.SlotId));
        return new SlotAnswer([.. slots], 1, null, false);
    }

    private void Deliver(int index)
    {
        if (!_done.Contains(index))
        {
            _atWork.Add(index);
        }
    }

    private WorkState Begun(int index, int choice)
    {
        if (!_atWork.Contains(index) && !_done.Contains(index) && choice % 5 is 1 or 2)
        {
            return choice % 5 == 1 ? WorkState.NoSlot : WorkState.Waiting;
        }

        Deliver(index);
        return _done.Contains(index) ? WorkState.Done : WorkState.Running;
    }

    private WorkState Progress(int index, int choice)
    {
        if (_atWork.Contains(index) && choice % 4 > 0)
        {
            _cut = index == WorkItem.Cutter ? Math.Min(_cut + 1, ChunkCount) : _cut;
            if (index != WorkItem.Cutter || _cut == ChunkCount)
            {
                _atWork.Remove(index);
                _done.Add(index);
            }
        }

        return _done.Contains(index) ? WorkState.Done : _atWork.Contains(index) ? WorkState.Running : WorkState.Idle;
    }

    private RecognitionEvent Report(long call, int index, WorkState state) => index == WorkItem.Cutter
        ? new RecognitionEvent.CutReported(
            call, new CutReport(state, [.. Enumerable.Range(0, _cut).Select(Span)], 0, null))
        : new RecognitionEvent.ChunkReported(call, index, new ChunkReport(state, 1, 1, 0, null, null));

    private RecognitionEvent.StopEnded Stopped(RecognitionCommand.Stop stop)
    {
        _atWork.Remove(stop.Index);
        if (stop.Index == WorkItem.Cutter)
        {
            _done.Remove(WorkItem.Cutter);
        }

        return new RecognitionEvent.StopEnded(stop.Call, stop.Index, _done.Contains(stop.Index));
    }

    private RecognitionEvent.Saved Saved(RecognitionCommand.Save save)
    {
        _job = save.Changes.Aggregate(_job, (job, change) => change.ApplyTo(job));
        return new RecognitionEvent.Saved(_job);
    }

    private static ChunkSpan Span(int index) =>
        new(index, index * 1_000, (index + 1) * 1_000, index * 1_000, (index + 1) * 1_000);
}
