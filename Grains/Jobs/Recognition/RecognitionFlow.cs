using System.Collections.Immutable;
using Ax2.Jobs.Chunks;
using static Ax2.Jobs.RecognitionEvent;

namespace Ax2.Jobs;

/// <summary>
/// The one place that decides how a job's recognition goes on. Pure: (state, events) → (state, commands). Every call
/// has a number, and only the answer to the latest call for something counts; what an older one granted is used or
/// given back all the same. A begin is never abandoned: until it is answered, its item is neither begun nor joined.
/// </summary>
internal static class RecognitionFlow
{
    private static readonly TimeSpan AskRetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <param name="events">Those that arrived together: what follows from them is stored with one write.</param>
    public static (RecognitionState State, ImmutableArray<RecognitionCommand> Commands) Step(
        RecognitionState state, IEnumerable<RecognitionEvent> events, JobOptions options, DateTimeOffset now)
    {
        var turn = new RecognitionTurn(state, options, now);
        foreach (var happened in events)
        {
            Apply(turn, happened);
        }

        RecognitionDecision.Decide(turn);
        return (turn.State, [.. turn.Commands]);
    }

    private static void Apply(RecognitionTurn turn, RecognitionEvent happened)
    {
        switch (happened)
        {
            case WaitRequested wait: Start(turn, RecognitionMode.Waiting, wait.Job); break;
            case RunRequested run: Start(turn, RecognitionMode.Running, run.Job); break;
            case StopRequested stop: StartStopping(turn, stop); break;
            case Halted halted: Abandon(turn, halted.Reason); break;
            case Saved saved: ApplySaved(turn, saved.Job); break;
            case SaveFailed failed: ApplySaveFailed(turn, failed.Fault); break;
            case SlotsAnswered answered: ApplySlots(turn, answered); break;
            case AskFailed failed: ApplyAskFailed(turn, failed.Call); break;
            case ChunkReported reported: RecognitionReports.Apply(turn, reported); break;
            case CutReported reported: RecognitionReports.Apply(turn, reported); break;
            case CallFailed failed: RecognitionReports.Apply(turn, failed); break;
            case StopEnded ended: RecognitionReports.Apply(turn, ended); break;
            case Woke: break;
            default: throw new InvalidOperationException($"{happened.GetType().Name} is no known event.");
        }
    }

    /// <summary>A new activation joins what it finds at work, and takes what is done.</summary>
    private static void Start(RecognitionTurn turn, RecognitionMode mode, CaptionJobState job)
    {
        // No chunk was begun before a run that comes from waiting: there is none to join.
        var isFresh = turn.State.Mode == RecognitionMode.Ready;
        turn.State = turn.State with { Mode = mode, Job = job };
        if (turn.Job.NeedsCutter && (turn.Job.Attempts > 0 || turn.Job.Chunks.Length > 0))
        {
            Join(turn, WorkItem.Cutter);
        }

        foreach (var index in mode == RecognitionMode.Running && !isFresh ? turn.OpenChunks : [])
        {
            Join(turn, index);
        }
    }

    private static void Join(RecognitionTurn turn, int index)
    {
        if (turn.Find(index) is null)
        {
            turn.Poll(index, new WorkItem(), -1);
        }
    }

    private static void StartStopping(RecognitionTurn turn, StopRequested stop)
    {
        turn.Halt(RecognitionMode.Stopping);
        turn.State = turn.State with { Job = stop.Job, StopDueAt = turn.Now + StopTimeout };
        foreach (var chunk in turn.Job.Chunks.Where(c => stop.HasChunks && c.Outcome == ChunkOutcome.Pending))
        {
            turn.Stop(chunk.Index);
        }

        if (turn.Job.NeedsCutter)
        {
            turn.Stop(WorkItem.Cutter);
        }
    }

    private static void ApplySaved(RecognitionTurn turn, CaptionJobState job)
    {
        var wasCounted = turn.State.Saving.Any(change => change is JobChange.CutAttempted { By: > 0 });
        turn.State = turn.State with { Job = job, Saving = [] };
        if (job.IsCutComplete)
        {
            ReleaseLost(turn);
        }

        if (wasCounted
            && turn.Find(WorkItem.Cutter) is { Phase: WorkPhase.Counting, Slot: { } slot } cutter)
        {
            turn.Begin(WorkItem.Cutter, cutter, slot);
        }
    }

    /// <summary>What lost its audio is on the cutter's list by now, or may have been cut anew since.</summary>
    private static void ReleaseLost(RecognitionTurn turn)
    {
        var unsaved = turn.State.Unsaved.OfType<JobChange.AudioLost>().Select(lost => lost.Index).ToHashSet();
        foreach (var (index, item) in turn.State.Items)
        {
            if (item.Phase == WorkPhase.AudioLost && !unsaved.Contains(index))
            {
                turn.Set(index, item with { Phase = WorkPhase.Idle });
            }
        }
    }

    /// <summary>Who runs it next joins the work items, which report again what could not be stored.</summary>
    private static void ApplySaveFailed(RecognitionTurn turn, Exception fault)
    {
        Abandon(turn, fault);
        turn.State = turn.State with { Saving = [], Unsaved = [] };
    }

    /// <summary>What is at work goes on, unless it was being stopped.</summary>
    private static void Abandon(RecognitionTurn turn, Exception reason)
    {
        var mode = turn.State.Mode;
        if (turn.State.IsLive || mode == RecognitionMode.Stopping)
        {
            turn.Halt(mode == RecognitionMode.Stopping ? RecognitionMode.Stopped : RecognitionMode.Idle);
        }

        if (mode is RecognitionMode.Waiting or RecognitionMode.Running or RecognitionMode.Stopping)
        {
            turn.Commands.Add(new RecognitionCommand.End(reason));
        }
    }

    private static void ApplySlots(RecognitionTurn turn, SlotsAnswered answered)
    {
        var answer = answered.Answer;
        turn.State = turn.State with { Slots = turn.State.Slots.AddRange(answer.Slots) };
        if (turn.State.Ask?.Call == answered.Call)
        {
            turn.State = turn.State with { Ask = null };
            if (answer.Slots.IsEmpty)
            {
                turn.State = turn.State with
                {
                    Place = new QueuePlace(answer.Position, answer.EstimatedStartAt, answer.IsPaused),
                };
            }
        }
    }

    private static void ApplyAskFailed(RecognitionTurn turn, long call)
    {
        if (turn.State.Ask?.Call == call)
        {
            turn.State = turn.State with { Ask = null, AskNotBefore = turn.Now + AskRetryDelay };
        }
    }
}
