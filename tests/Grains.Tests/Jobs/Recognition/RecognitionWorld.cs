using Xunit;

namespace Ax2.Jobs;

/// <summary>
/// Plays the caller, the queue, the cutter and the chunks against <see cref="RecognitionFlow"/>, in an order that
/// numbers choose: calls are answered late, in any order, or fail; work dies; the caller cancels, leaves or tries
/// again. It asserts what must hold at every step; then everything is answered, and it asserts what must hold in the end.
/// </summary>
/// <param name="isLost">Commands that are not carried out, to show that the assertions notice it.</param>
internal sealed class RecognitionWorld(Func<RecognitionCommand, bool>? isLost = null)
{
    private static readonly JobOptions Options = new();
    private readonly List<RecognitionCommand> _open = [];
    private readonly List<RecognitionEvent> _pending = [];
    private readonly RecognitionCluster _cluster = new();
    private DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private RecognitionState _state = new();
    private CaptionJobState _job = new();
    private Caller _caller;
    private bool _isCancelled;

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
            _job = _job.WithSpans(_cluster.Cut(2)) with { Attempts = 1 };
            _cluster.Deliver(WorkItem.Cutter);
            _cluster.Deliver(0);
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
            case 5 when call is RecognitionCommand.Begin begin: _cluster.Deliver(begin.Index); break;
            case 6 when _state.WakeAt is not null: Wake(); break;
            case 7 when _cluster.AtWork.Count > 0:
                Die(_cluster.AtWork.ElementAt(choice % _cluster.AtWork.Count));
                break;
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
        Assert.Empty(_cluster.UnusedSlots);
        if (_caller == Caller.Finished)
        {
            Assert.True(_job.IsRecognised);
        }
        else if (_caller == Caller.Stopped)
        {
            Assert.Empty(_cluster.AtWork);
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
                Assert.All(
                    leave.UnusedSlots, slot => Assert.True(_cluster.UnusedSlots.Remove(slot), "It was used before."));
                break;
            case RecognitionCommand.Begin begin:
                Assert.True(_cluster.UnusedSlots.Remove(begin.Slot.SlotId), "It was used before.");
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
            RecognitionCommand.AskQueue ask =>
                new RecognitionEvent.SlotsAnswered(ask.Call, _cluster.Grant(ask, choice)),
            RecognitionCommand.Begin begin => _cluster.Begin(begin, choice),
            RecognitionCommand.Poll poll => _cluster.Poll(poll, choice),
            RecognitionCommand.Stop stop => _cluster.Stop(stop),
            RecognitionCommand.Save save => Saved(save),
            _ => throw new InvalidOperationException($"{call} has no answer."),
        });
    }

    private void Fail(RecognitionCommand call, bool isDelivered)
    {
        _open.Remove(call);
        if (call is RecognitionCommand.Begin begun && isDelivered)
        {
            _cluster.Deliver(begun.Index);
        }

        if (call is RecognitionCommand.Begin failed)
        {
            // Nobody knows whether it was taken: it must be given back.
            _cluster.UnusedSlots.Add(failed.Slot.SlotId);
        }

        _pending.Add(call switch
        {
            RecognitionCommand.AskQueue ask => new RecognitionEvent.AskFailed(ask.Call),
            RecognitionCommand.Begin begin => new RecognitionEvent.CallFailed(begin.Call, begin.Index),
            RecognitionCommand.Poll poll => new RecognitionEvent.CallFailed(poll.Call, poll.Index),
            // Its target died: nothing else keeps a stop from it.
            RecognitionCommand.Stop stop => _cluster.Stop(stop),
            RecognitionCommand.Save => new RecognitionEvent.SaveFailed(new IOException("away")),
            _ => throw new InvalidOperationException($"{call} has no answer."),
        });
    }

    private void Die(int index)
    {
        _cluster.AtWork.Remove(index);
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

    private RecognitionEvent.Saved Saved(RecognitionCommand.Save save)
    {
        _job = save.Changes.Aggregate(_job, (job, change) => change.ApplyTo(job));
        return new RecognitionEvent.Saved(_job);
    }
}
